//! A server in this process, on a free port, and clients for it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::num::NonZeroUsize;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use socketserver::{AllowList, Connection, ConnectionLimits, OverflowPolicy, Server, Stats, Timeouts};

/// Longer than anything here takes unless it fails.
pub const LONG: Duration = Duration::from_secs(60);

pub trait Handler: Fn(&Connection) -> Result<()> + Send + Sync + 'static {}

impl<F: Fn(&Connection) -> Result<()> + Send + Sync + 'static> Handler for F {}

pub struct Running {
    pub address: SocketAddr,
    shutdown: Box<dyn Fn()>,
    thread: JoinHandle<std::io::Result<Stats>>,
}

impl Running {
    pub fn sequential(timeouts: Timeouts, handler: impl Handler) -> Result<Running> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        Running::run(Server::sequential(listener, timeouts, AllowList::default())?, handler)
    }

    pub fn threaded(timeouts: Timeouts, limits: ConnectionLimits, handler: impl Handler) -> Result<Running> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        Running::run(Server::threaded(listener, timeouts, AllowList::default(), limits)?, handler)
    }

    pub fn run(server: Server, handler: impl Handler) -> Result<Running> {
        let (address, shutdown) = (server.local_addr()?, Box::new(server.shutdown_handle()));
        Ok(Running { address, shutdown, thread: thread::spawn(move || server.run(handler)) })
    }

    pub fn connect(&self) -> Result<TcpStream> {
        let client = TcpStream::connect(self.address)?;
        client.set_read_timeout(Some(LONG))?;
        Ok(client)
    }

    /// Sends a line and returns all that comes back.
    pub fn request(&self, line: &str) -> Result<String> {
        let mut client = self.connect()?;
        writeln!(client, "{line}")?;
        let mut reply = String::new();
        client.read_to_string(&mut reply)?;
        Ok(reply)
    }

    pub fn shutdown(&self) {
        (self.shutdown)();
    }

    pub fn wait(self) -> Result<Stats> {
        self.thread.join().ok().context("the server panicked")?.context("the server failed")
    }

    pub fn stop(self) -> Result<Stats> {
        self.shutdown();
        self.wait()
    }
}

pub fn deadline(deadline: Duration) -> Timeouts {
    Timeouts { deadline, grace: Duration::from_millis(200) }
}

pub fn limits(max_connections: usize, when_full: OverflowPolicy) -> ConnectionLimits {
    let max_connections = NonZeroUsize::new(max_connections).unwrap_or(NonZeroUsize::MIN);
    ConnectionLimits { max_connections, max_per_address: None, when_full }
}

/// A handler that sends a line back. It fails without a whole line, and panics at the line `panic`.
pub fn echo_line(mut client: &Connection) -> Result<()> {
    let mut line = Vec::new();
    while line.last() != Some(&b'\n') {
        let mut byte = [0];
        ensure!(client.read(&mut byte)? == 1, "the line has no end");
        line.extend(byte);
    }
    assert_ne!(line, b"panic\n", "the client asked for it");
    Ok(client.write_all(&line)?)
}

/// Reads until the connection ends in any way. Returns what arrived and how long it took.
pub fn read_until_closed(mut client: TcpStream) -> (Vec<u8>, Duration) {
    let start = Instant::now();
    let mut received = Vec::new();
    let _ = client.read_to_end(&mut received);
    (received, start.elapsed())
}

/// Sends a byte at this interval until the server closes the connection. Returns how long that took.
pub fn drip(mut client: TcpStream, interval: Duration) -> Duration {
    let start = Instant::now();
    while client.write_all(b"x").is_ok() && start.elapsed() < LONG {
        thread::sleep(interval);
    }
    start.elapsed()
}
