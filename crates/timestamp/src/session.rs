//! The session of the echo, after a handshake: what lesson 2 shows, for the lessons that put something else around it.

use std::io::{self, ErrorKind, Read, Write};

use crate::{EchoReader, now, utf8};

/// The maximum number of bytes that the server reads and sends back at a time.
const MAX_PIECE: usize = 1024;

/// Sends back each piece as it arrives with a timestamp before it, but never inside a UTF-8 character.
///
/// # Errors
/// Returns an error if the stream fails, or its idle timeout passes.
pub fn serve_echo(mut client: impl Read + Write) -> io::Result<()> {
    let mut buffer = [0; MAX_PIECE];
    let mut missing = 0;
    loop {
        let count = client.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        let (rest, text) = utf8::split_rest(&buffer[..count], missing);
        if text.is_empty() {
            missing -= rest.len();
            client.write_all(rest)?;
        } else {
            missing = utf8::missing_bytes(text);
            client.write_all(&[rest, &now(), text].concat())?;
        }
    }
}

/// Sends a message, and reads until all of it has come back. Returns it with its timestamp.
///
/// # Errors
/// Returns an error if the stream fails or ends, its deadline passes, or something else comes back.
pub fn exchange(mut server: impl Read + Write, message: &[u8]) -> io::Result<Vec<u8>> {
    server.write_all(message)?;
    let mut echo = EchoReader::new(message);
    let mut buffer = [0; 4096];
    while !echo.is_complete() {
        let count = server.read(&mut buffer)?;
        if count == 0 {
            let reason = "the server closed the connection before the whole echo arrived";
            return Err(io::Error::new(ErrorKind::UnexpectedEof, reason));
        }
        echo.feed(&buffer[..count]).map_err(io::Error::other)?;
    }
    Ok(echo.timestamped())
}
