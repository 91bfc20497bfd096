//! The deadline is for a whole exchange, however its server draws it out.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use client::TimedStream;
use programs::server_that;

const DEADLINE: Duration = Duration::from_millis(300);
/// Far more than the deadline, and far less than the server would take.
const LONG: Duration = Duration::from_secs(30);

#[test]
fn a_server_that_trickles_cannot_stretch_it() -> Result<()> {
    let address = server_that(trickle)?;
    let start = Instant::now();
    let error = connect(address)?.request(b"hello").err().context("it was answered")?;
    let took = start.elapsed();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert_eq!(error.to_string(), "the server did not respond within 300ms");
    assert!(DEADLINE <= took && took < LONG, "{took:?}");
    Ok(())
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for() -> Result<()> {
    let address = server_that(hold)?;
    let start = Instant::now();
    let error = connect(address)?.request(b"hello").err().context("it was answered")?;
    assert_eq!(error.to_string(), "the server did not respond within 300ms");
    assert!(DEADLINE <= start.elapsed(), "{:?}", start.elapsed());
    Ok(())
}

#[test]
fn a_server_that_reads_nothing_is_not_waited_for() -> Result<()> {
    let (done, end) = std::sync::mpsc::channel::<()>();
    let address = server_that(move |stream| {
        let _ = end.recv();
        drop(stream);
    })?;
    // More than the system takes on its way.
    let error = connect(address)?.request(&vec![b'x'; 64 << 20]).err().context("it was answered")?;
    assert_eq!(error.to_string(), "the server did not respond within 300ms");
    drop(done);
    Ok(())
}

#[test]
fn each_exchange_has_all_of_it() -> Result<()> {
    let address = server_that(|mut stream| {
        let _ = stream.write_all(b"a");
        hold(stream);
    })?;
    let mut server = connect(address)?;
    let mut byte = [0];
    server.read_exact(&mut byte)?;
    let end_of_first = server.read(&mut byte).err().context("more came")?;
    assert_eq!(end_of_first.kind(), ErrorKind::TimedOut);
    // The time is up, for writing as well, until the next begins.
    assert_eq!(server.write(b"x").err().context("it was sent")?.kind(), ErrorKind::TimedOut);
    let start = Instant::now();
    server.restart_deadline();
    server.write_all(b"x")?;
    assert_eq!(server.read(&mut byte).err().context("more came")?.kind(), ErrorKind::TimedOut);
    assert!(start.elapsed() >= DEADLINE, "{:?}", start.elapsed());
    Ok(())
}

/// A byte every few milliseconds for a minute, or until the client has gone.
fn trickle(mut stream: TcpStream) {
    for _ in 0..6_000 {
        if stream.write_all(b".").is_err() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Says nothing until the client has gone.
fn hold(mut stream: TcpStream) {
    let _ = std::io::copy(&mut stream, &mut std::io::sink());
}

fn connect(address: SocketAddr) -> Result<TimedStream> {
    Ok(TimedStream::new(TcpStream::connect(address)?, DEADLINE))
}
