//! Clients that send nothing, or a byte a second, never stop the others.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use programs::Server;

use crate::common::{SEQUENTIAL, THREADED, at_once, both, served};

/// Opens `count` silent connections, and as many that send a byte a second. They stay open until the sender is dropped;
/// a slow client that the server closes connects again.
fn stall(address: SocketAddr, count: usize) -> Result<Sender<()>> {
    let connect = || (0..count).map(|_| TcpStream::connect(address)).collect::<Result<Vec<_>, _>>();
    let (silent, mut slow) = (connect()?, connect()?);
    let (sender, end) = channel();
    thread::spawn(move || {
        while let Err(RecvTimeoutError::Timeout) = end.recv_timeout(Duration::from_secs(1)) {
            for client in &mut slow {
                if client.write_all(b"x").is_err()
                    && let Ok(another) = TcpStream::connect(address)
                {
                    *client = another;
                }
            }
        }
        drop(silent);
    });
    Ok(sender)
}

#[test]
fn threaded_servers_serve_other_clients_at_once() -> Result<()> {
    at_once(both(&THREADED), |(name, language)| {
        // With so long a deadline, it is not the deadline that helps the other clients.
        let server = Server::start(name, language, &["--deadline", "60s"])?;
        let stalled = stall(server.address, 50)?;
        for _ in 0..20 {
            let start = Instant::now();
            served(name, server.address)?;
            assert!(start.elapsed() < Duration::from_secs(2), "{name} {language:?}: {:?}", start.elapsed());
        }
        drop(stalled);
        server.stop()?;
        Ok(())
    })
}

#[test]
fn sequential_servers_serve_other_clients_after_one_deadline_for_each() -> Result<()> {
    const DEADLINE: Duration = Duration::from_millis(20);
    at_once(both(&SEQUENTIAL), |(name, language)| {
        let server = Server::start(name, language, &["--deadline", "20ms"])?;
        let start = Instant::now();
        let _stalled = stall(server.address, 25)?;
        served(name, server.address)?;
        let took = start.elapsed();
        assert!(took >= DEADLINE * 50, "{name} {language:?}: {took:?}: they did not stall the server");
        assert!(took < DEADLINE * 50 * 3, "{name} {language:?}: {took:?}");
        server.stop()?;
        Ok(())
    })
}
