//! A server in this process, on a free port, with the limits that a test needs.

#![allow(dead_code, reason = "each test uses its part")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::num::NonZeroUsize;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use socketserver::{AllowList, Connection, ConnectionLimits, OverflowPolicy, Server, ShutdownHandle, Stats, Timeouts};

/// Longer than anything here takes when all is well.
pub const LONG: Duration = Duration::from_secs(60);

pub struct Running {
    pub address: SocketAddr,
    shutdown: ShutdownHandle,
    thread: JoinHandle<std::io::Result<Stats>>,
}

impl Running {
    /// One client at a time.
    pub fn sequential<H>(limits: Timeouts, handler: H) -> Result<Running>
    where
        H: Fn(&Connection) -> Result<()> + Send + Sync + 'static,
    {
        let (listener, address) = listen()?;
        let server = Server::sequential(listener, limits, AllowList::default())?;
        let shutdown = server.shutdown_handle();
        Ok(Running { address, shutdown, thread: thread::spawn(move || server.run(handler)) })
    }

    /// Many at a time.
    pub fn threading<H>(limits: Timeouts, crowd: ConnectionLimits, handler: H) -> Result<Running>
    where
        H: Fn(&Connection) -> Result<()> + Send + Sync + 'static,
    {
        let (listener, address) = listen()?;
        let server = Server::threaded(listener, limits, AllowList::default(), crowd)?;
        let shutdown = server.shutdown_handle();
        Ok(Running { address, shutdown, thread: thread::spawn(move || server.run(handler)) })
    }

    pub fn connect(&self) -> Result<TcpStream> {
        let client = TcpStream::connect(self.address)?;
        client.set_read_timeout(Some(LONG))?;
        Ok(client)
    }

    /// What a good client gets: the answer to `word`, to the end.
    pub fn ask(&self, word: &str) -> Result<String> {
        let mut client = self.connect()?;
        writeln!(client, "{word}")?;
        let mut answer = String::new();
        client.read_to_string(&mut answer)?;
        Ok(answer)
    }

    pub fn shutdown(&self) {
        self.shutdown.shutdown();
    }

    pub fn wait(self) -> Result<Stats> {
        self.thread.join().ok().context("the server panicked")?.context("the server failed")
    }

    pub fn stop(self) -> Result<Stats> {
        self.shutdown();
        self.wait()
    }
}

fn listen() -> Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

pub fn limits(deadline: Duration) -> Timeouts {
    Timeouts { deadline, grace: Duration::from_millis(200) }
}

pub fn crowd(max_connections: usize, when_full: OverflowPolicy) -> ConnectionLimits {
    let max_connections = NonZeroUsize::new(max_connections).unwrap_or(NonZeroUsize::MIN);
    ConnectionLimits { max_connections, max_per_address: None, when_full }
}

/// A handler: reads a line, and sends it back. What is no whole line is an error; `panic` panics.
pub fn echo_line(mut client: &Connection) -> Result<()> {
    let mut line = Vec::new();
    while line.last() != Some(&b'\n') {
        let mut byte = [0];
        ensure!(client.read(&mut byte)? == 1, "the line has no end");
        line.extend(byte);
    }
    assert_ne!(line, b"panic\n", "as the client wished");
    Ok(client.write_all(&line)?)
}

/// Reads until the connection ends, in whichever way; returns what came and how long it took.
pub fn until_closed(mut client: TcpStream) -> (Vec<u8>, Duration) {
    let start = Instant::now();
    let mut received = Vec::new();
    let _ = client.read_to_end(&mut received);
    (received, start.elapsed())
}

/// Sends a byte now and then until the server cuts the connection; returns after how long.
pub fn drip(mut client: TcpStream, pace: Duration) -> Duration {
    let start = Instant::now();
    while client.write_all(b"x").is_ok() && start.elapsed() < LONG {
        thread::sleep(pace);
    }
    start.elapsed()
}
