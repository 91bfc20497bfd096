//! A reply is everything that the server sends before it closes, up to a limit.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result};
use client::{MAX_REPLY, TimedStream};
use programs::server_that;

#[test]
fn a_reply_of_maximum_length_is_accepted_and_no_longer_one() -> Result<()> {
    assert_eq!(MAX_REPLY, 128 * 1024);
    assert!(reply_of(MAX_REPLY)? == vec![b'x'; MAX_REPLY]);
    let error = reply_of(MAX_REPLY + 1).err().context("it was accepted")?;
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    assert_eq!(error.to_string(), "the reply is longer than 131072 bytes");
    Ok(())
}

#[test]
fn an_empty_reply_is_an_error() -> Result<()> {
    assert_eq!(reply_of(1)?, b"x");
    let error = reply_of(0).err().context("it was accepted")?;
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    assert_eq!(error.to_string(), "the server closed the connection without a reply");
    Ok(())
}

/// A broken pipe would look like a closed standard output, which ends a program normally.
#[test]
fn a_closed_connection_is_not_a_broken_pipe() -> Result<()> {
    let address = server_that(|stream| drop(stream.shutdown(Shutdown::Write)))?;
    let mut server = connect(address)?;
    assert_eq!(server.read(&mut [0])?, 0);
    // The first write makes the server's system send a reset; a write after that fails.
    let error = loop {
        if let Err(error) = server.write(b"x") {
            break error;
        }
    };
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(error.to_string(), "the server closed the connection");
    assert!(client::is_closed(&error));
    Ok(())
}

/// The reply of a server that sends this many bytes.
fn reply_of(count: usize) -> io::Result<Vec<u8>> {
    let address = server_that(move |mut stream| {
        let mut request = [0; 5];
        if stream.read_exact(&mut request).is_ok() && &request == b"hello" {
            send(stream, count);
        }
    })?;
    connect(address).map_err(io::Error::other)?.request(b"hello")
}

fn send(mut stream: TcpStream, count: usize) {
    // A client that has read enough closes before everything is sent.
    let _ = stream.write_all(&vec![b'x'; count]);
}

fn connect(address: SocketAddr) -> Result<TimedStream> {
    Ok(TimedStream::new(TcpStream::connect(address)?, Duration::from_secs(60)))
}
