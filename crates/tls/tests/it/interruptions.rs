//! A stream that signals interrupt, and that accepts a few bytes at a time, loses nothing and repeats nothing.

use std::io::{ErrorKind, Read, Result as IoResult, Write};
use std::net::TcpStream;

use anyhow::Result;
use programs::server_that;
use tls::{Identity, TlsStream, client_config_without_verification, server_config};

struct Interrupted {
    stream: TcpStream,
    is_next: bool,
}

impl Interrupted {
    /// Fails every other time.
    fn interrupt(&mut self) -> IoResult<()> {
        self.is_next = !self.is_next;
        if self.is_next { Err(ErrorKind::Interrupted.into()) } else { Ok(()) }
    }
}

impl Read for Interrupted {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        self.interrupt()?;
        self.stream.read(buffer)
    }
}

impl Write for Interrupted {
    fn write(&mut self, bytes: &[u8]) -> IoResult<usize> {
        self.interrupt()?;
        self.stream.write(&bytes[..bytes.len().min(1000)])
    }

    fn flush(&mut self) -> IoResult<()> {
        self.stream.flush()
    }
}

#[test]
fn an_interrupted_stream_loses_nothing_and_repeats_nothing() -> Result<()> {
    let message: Vec<u8> = (0..200_000_u32).map(|number| (number % 251) as u8).collect();
    let sent = message.clone();
    let config = server_config(Identity::self_signed()?)?;
    let address = server_that(move |stream| {
        let accepted = TlsStream::accept(Interrupted { stream, is_next: false }, &config);
        let _ = accepted.map(|mut tls| tls.write_all(&sent).map(|()| tls.close()));
    })?;
    let stream = Interrupted { stream: TcpStream::connect(address)?, is_next: false };
    let mut tls = TlsStream::connect(stream, &client_config_without_verification()?, address.ip().into())?;
    let mut received = Vec::new();
    tls.read_to_end(&mut received)?;
    assert!(received == message, "{} bytes of {}", received.len(), message.len());
    Ok(())
}
