//! The deadline applies to a whole exchange, however slow the server is.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use client::TimedStream;
use programs::{WAIT, server_that, stay_silent};

const DEADLINE: Duration = Duration::from_millis(300);

#[test]
fn a_server_that_is_silent_or_slow_or_does_not_read_runs_into_the_deadline() -> Result<()> {
    let (_sender, end) = channel::<()>();
    let does_not_read = move |stream| {
        let _ = end.recv();
        drop(stream);
    };
    // More than the operating system buffers.
    let large = vec![b'x'; 64 << 20];
    for (server, request) in [
        (server_that(stay_silent)?, &b"hello"[..]),
        (server_that(send_slowly)?, b"hello"),
        (server_that(does_not_read)?, &large),
    ] {
        let start = Instant::now();
        let error = connect(server)?.request(request).err().context("it replied")?;
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert_eq!(error.to_string(), "the server did not respond within 300ms");
        let took = start.elapsed();
        assert!(DEADLINE <= took && took < WAIT / 2, "{took:?}");
    }
    Ok(())
}

#[test]
fn each_exchange_has_a_deadline_of_its_own() -> Result<()> {
    let address = server_that(|mut stream| {
        let _ = stream.write_all(b"a");
        stay_silent(stream);
    })?;
    let mut server = connect(address)?;
    let mut byte = [0];
    server.read_exact(&mut byte)?;
    let late = server.read(&mut byte).err().context("more arrived")?;
    assert_eq!(late.kind(), ErrorKind::TimedOut);
    // The deadline has passed for writing too, until the next exchange begins.
    assert_eq!(server.write(b"x").err().context("it was sent")?.kind(), ErrorKind::TimedOut);
    let start = Instant::now();
    server.restart_deadline();
    server.write_all(b"x")?;
    assert_eq!(server.read(&mut byte).err().context("more arrived")?.kind(), ErrorKind::TimedOut);
    assert!(start.elapsed() >= DEADLINE, "{:?}", start.elapsed());
    Ok(())
}

/// Sends a byte every few milliseconds for a minute, or until the client closes.
fn send_slowly(mut stream: TcpStream) {
    for _ in 0..6_000 {
        if stream.write_all(b".").is_err() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn connect(address: SocketAddr) -> Result<TimedStream> {
    Ok(TimedStream::new(TcpStream::connect(address)?, DEADLINE))
}
