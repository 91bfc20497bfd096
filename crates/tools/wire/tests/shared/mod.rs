//! A client and a server with a tap between them.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use anyhow::Result;
use wire::{Direction, Event, Tap};

/// Longer than anything here takes.
pub(crate) const WAIT: Duration = Duration::from_secs(30);

/// An event, kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Opened { client: SocketAddr, seen_by_server: SocketAddr, server: SocketAddr },
    Unreachable,
    Bytes(Direction, Vec<u8>),
    End(Direction),
    Reset(Direction),
    Closed,
}

/// The two ends of a connection through a tap.
pub(crate) struct Pair {
    pub(crate) client: TcpStream,
    pub(crate) server: TcpStream,
    pub(crate) seen: Receiver<(u64, Seen)>,
    pub(crate) tap: (Tap, TcpListener),
}

impl Pair {
    pub(crate) fn new() -> Result<Pair> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let (tap, seen) = tap_to(listener.local_addr()?)?;
        let (client, server) = connect(&tap, &listener)?;
        Ok(Pair { client, server, seen, tap: (tap, listener) })
    }

    pub(crate) fn another(&self) -> Result<(TcpStream, TcpStream)> {
        let (tap, listener) = &self.tap;
        connect(tap, listener)
    }

    /// What the watcher is told next, of any connection.
    pub(crate) fn next(&self) -> Result<Seen> {
        Ok(self.seen.recv_timeout(WAIT)?.1)
    }
}

pub(crate) fn tap_to(server: SocketAddr) -> Result<(Tap, Receiver<(u64, Seen)>)> {
    let (sender, seen) = channel();
    let tap = Tap::start(TcpListener::bind("127.0.0.1:0")?, server, move |connection, event| {
        let kept = match event {
            Event::Opened { client, seen_by_server, server } => Seen::Opened { client, seen_by_server, server },
            Event::Unreachable(_) => Seen::Unreachable,
            Event::Bytes(direction, bytes) => Seen::Bytes(direction, bytes.to_vec()),
            Event::End(direction) => Seen::End(direction),
            Event::Reset(direction) => Seen::Reset(direction),
            Event::Closed => Seen::Closed,
        };
        let _ = sender.send((connection, kept));
    })?;
    Ok((tap, seen))
}

fn connect(tap: &Tap, listener: &TcpListener) -> Result<(TcpStream, TcpStream)> {
    let client = TcpStream::connect(tap.local_addr())?;
    let (server, _) = listener.accept()?;
    for stream in [&client, &server] {
        stream.set_read_timeout(Some(WAIT))?;
        stream.set_write_timeout(Some(WAIT))?;
    }
    Ok((client, server))
}
