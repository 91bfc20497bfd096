//! A reply is everything that the server sends before it closes, up to a limit.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};

use anyhow::Result;
use client::{MAX_REPLY, TimedStream};
use programs::{WAIT, server_that};

#[test]
fn a_reply_is_neither_empty_nor_longer_than_the_maximum() {
    assert_eq!(MAX_REPLY, 128 * 1024);
    let too_long = "the reply is longer than 131072 bytes";
    let empty = "the server closed the connection without a reply";
    for (count, expected) in [
        (0, Err((ErrorKind::UnexpectedEof, empty.to_owned()))),
        (1, Ok(1)),
        (MAX_REPLY, Ok(MAX_REPLY)),
        (MAX_REPLY + 1, Err((ErrorKind::InvalidData, too_long.to_owned()))),
    ] {
        let reply = reply_of(count).map_err(|error| (error.kind(), error.to_string()));
        assert!(reply.iter().flatten().all(|byte| *byte == b'x'));
        assert_eq!(reply.map(|reply| reply.len()), expected, "{count} bytes");
    }
}

/// Returns the reply of a server that sends this many bytes.
fn reply_of(count: usize) -> io::Result<Vec<u8>> {
    let address = server_that(move |mut stream| {
        let mut request = [0; 5];
        if stream.read_exact(&mut request).is_ok() && &request == b"hello" {
            // A client that has read enough closes before everything is sent.
            let _ = stream.write_all(&vec![b'x'; count]);
        }
    })?;
    TimedStream::new(TcpStream::connect(address)?, WAIT).request(b"hello")
}

/// A broken pipe would look like a closed standard output, which ends a program normally.
#[test]
fn a_closed_connection_is_not_a_broken_pipe() -> Result<()> {
    let address = server_that(|stream| drop(stream.shutdown(Shutdown::Write)))?;
    let mut server = TimedStream::new(TcpStream::connect(address)?, WAIT);
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
