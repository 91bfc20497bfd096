//! An answer is all that comes before the end, up to a limit.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result};
use client::{MAX_REPLY, TimedStream};
use programs::server_that;

#[test]
fn the_longest_answer_is_taken_and_no_longer_one() -> Result<()> {
    assert_eq!(MAX_REPLY, 128 * 1024);
    assert!(ask_for(MAX_REPLY)? == vec![b'x'; MAX_REPLY]);
    let error = ask_for(MAX_REPLY + 1).err().context("it was taken")?;
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    assert_eq!(error.to_string(), "the reply is longer than 131072 bytes");
    Ok(())
}

#[test]
fn no_answer_is_an_error() -> Result<()> {
    assert_eq!(ask_for(1)?, b"x");
    let error = ask_for(0).err().context("it was taken")?;
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    assert_eq!(error.to_string(), "the server closed the connection without a reply");
    Ok(())
}

/// Not the kind of a closed standard output, after which a program ends as if all were well.
#[test]
fn a_connection_that_was_cut_is_no_broken_pipe() -> Result<()> {
    let address = server_that(|stream| drop(stream.shutdown(Shutdown::Write)))?;
    let mut server = connect(address)?;
    assert_eq!(server.read(&mut [0])?, 0);
    // The server's system refuses the first write, and this one's the next after it has heard of that.
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

/// The answer of a server that sends so many bytes.
fn ask_for(count: usize) -> io::Result<Vec<u8>> {
    let address = server_that(move |mut stream| {
        let mut request = [0; 5];
        if stream.read_exact(&mut request).is_ok() && &request == b"hello" {
            send(stream, count);
        }
    })?;
    connect(address).map_err(io::Error::other)?.request(b"hello")
}

fn send(mut stream: TcpStream, count: usize) {
    // A client that has read enough goes before all is sent.
    let _ = stream.write_all(&vec![b'x'; count]);
}

fn connect(address: SocketAddr) -> Result<TimedStream> {
    Ok(TimedStream::new(TcpStream::connect(address)?, Duration::from_secs(60)))
}
