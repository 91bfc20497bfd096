//! Clients that say nothing, or a byte a second, never stop the others.

use crate::common;

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use common::{SEQUENTIAL, THREADED, both, served};
use programs::Server;

/// Keeps this many silent connections open, and as many that send a byte a second, until dropped. One that the
/// server cuts is opened anew.
struct Stalled(Option<Sender<()>>);

impl Stalled {
    fn at(address: SocketAddr, each: usize) -> Result<Stalled> {
        let connect = || TcpStream::connect(address);
        let silent = (0..each).map(|_| connect()).collect::<Result<Vec<_>, _>>()?;
        let mut slow = (0..each).map(|_| connect()).collect::<Result<Vec<_>, _>>()?;
        let (sender, stop) = channel();
        thread::spawn(move || {
            while let Err(RecvTimeoutError::Timeout) = stop.recv_timeout(Duration::from_secs(1)) {
                for client in &mut slow {
                    if client.write_all(b"x").is_err()
                        && let Ok(anew) = TcpStream::connect(address)
                    {
                        *client = anew;
                    }
                }
            }
            drop(silent);
        });
        Ok(Stalled(Some(sender)))
    }
}

impl Drop for Stalled {
    fn drop(&mut self) {
        self.0.take();
    }
}

#[test]
fn threaded_servers_serve_good_clients_at_once() -> Result<()> {
    for (name, language) in both(&THREADED) {
        // The deadline is long, so that it is not the deadline that helps the good clients.
        let server = Server::start(name, language, &["--deadline", "60s"])?;
        let stalled = Stalled::at(server.address, 200)?;
        for _ in 0..20 {
            let start = Instant::now();
            served(name, server.address)?;
            assert!(start.elapsed() < Duration::from_secs(2), "{name} {language:?}: {:?}", start.elapsed());
        }
        drop(stalled);
        server.stop()?;
    }
    Ok(())
}

#[test]
fn sequential_servers_serve_them_after_a_deadline_for_each() -> Result<()> {
    const DEADLINE: Duration = Duration::from_millis(20);
    for (name, language) in both(&SEQUENTIAL) {
        let server = Server::start(name, language, &["--deadline", "20ms"])?;
        let start = Instant::now();
        let _stalled = Stalled::at(server.address, 50)?;
        served(name, server.address)?;
        assert!(start.elapsed() >= DEADLINE * 100, "{name} {language:?}: {:?}: they did not stall it", start.elapsed());
        assert!(start.elapsed() < DEADLINE * 100 * 3, "{name} {language:?}: {:?}", start.elapsed());
        server.stop()?;
    }
    Ok(())
}
