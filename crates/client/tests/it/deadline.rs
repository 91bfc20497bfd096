//! The deadline applies to a whole exchange, however slow the server is.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use client::TimedStream;
use programs::server_that;

const DEADLINE: Duration = Duration::from_millis(300);
/// Far more than the deadline, and far less than the server would need.
const LONG: Duration = Duration::from_secs(30);

#[test]
fn a_slow_server_cannot_extend_the_deadline() -> Result<()> {
    let address = server_that(trickle)?;
    let start = Instant::now();
    let error = connect(address)?.request(b"hello").err().context("it replied")?;
    let took = start.elapsed();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert_eq!(error.to_string(), "the server did not respond within 300ms");
    assert!(DEADLINE <= took && took < LONG, "{took:?}");
    Ok(())
}

#[test]
fn a_silent_server_runs_into_the_deadline() -> Result<()> {
    let address = server_that(hold)?;
    let start = Instant::now();
    let error = connect(address)?.request(b"hello").err().context("it replied")?;
    assert_eq!(error.to_string(), "the server did not respond within 300ms");
    assert!(DEADLINE <= start.elapsed(), "{:?}", start.elapsed());
    Ok(())
}

#[test]
fn a_server_that_does_not_read_runs_into_the_deadline() -> Result<()> {
    let (done, end) = std::sync::mpsc::channel::<()>();
    let address = server_that(move |stream| {
        let _ = end.recv();
        drop(stream);
    })?;
    // More than the system buffers.
    let error = connect(address)?.request(&vec![b'x'; 64 << 20]).err().context("it replied")?;
    assert_eq!(error.to_string(), "the server did not respond within 300ms");
    drop(done);
    Ok(())
}

#[test]
fn each_exchange_has_a_deadline_of_its_own() -> Result<()> {
    let address = server_that(|mut stream| {
        let _ = stream.write_all(b"a");
        hold(stream);
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
fn trickle(mut stream: TcpStream) {
    for _ in 0..6_000 {
        if stream.write_all(b".").is_err() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Sends nothing until the client closes.
fn hold(mut stream: TcpStream) {
    let _ = std::io::copy(&mut stream, &mut std::io::sink());
}

fn connect(address: SocketAddr) -> Result<TimedStream> {
    Ok(TimedStream::new(TcpStream::connect(address)?, DEADLINE))
}
