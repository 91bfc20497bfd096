use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use socket2::SockRef;

use crate::{Direction, Event};

/// The most that is read and passed on at a time, in bytes.
const PIECE: usize = 16 * 1024;

/// A client's connection and the one to the server that was made for it.
#[derive(Debug)]
pub(crate) struct Relay {
    client: TcpStream,
    server: TcpStream,
    /// The tap's own address, as the server's peer.
    pub(crate) seen_by_server: SocketAddr,
    /// Which of the server's addresses answered.
    pub(crate) answered: SocketAddr,
    /// Reset or cut: an end of input is now of the tap's own making.
    over: AtomicBool,
}

impl Relay {
    pub(crate) fn connect(client: TcpStream, addresses: &[SocketAddr]) -> io::Result<Relay> {
        let (server, answered) = connect_to_first(addresses).inspect_err(|_| reset_when_closed(&client))?;
        let seen_by_server = server.local_addr()?;
        for side in [&client, &server] {
            // A piece goes on as it came, not held back for the next. It fails where the peer has gone already.
            let _ = side.set_nodelay(true);
        }
        Ok(Relay { client, server, seen_by_server, answered, over: AtomicBool::new(false) })
    }

    /// Passes on what comes, both ways, until both have ended.
    pub(crate) fn run(&self, watch: &(impl Fn(Event<'_>) + Sync)) {
        thread::scope(|scope| {
            let other_way = thread::Builder::new().spawn_scoped(scope, || self.pass_on(Direction::ToClient, watch));
            match other_way {
                Ok(_) => self.pass_on(Direction::ToServer, watch),
                Err(_) => self.reset(),
            }
        });
        watch(Event::Closed);
    }

    /// Ends both directions, whatever is under way.
    pub(crate) fn cut(&self) {
        self.over.store(true, SeqCst);
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Both);
    }

    fn pass_on(&self, direction: Direction, watch: &impl Fn(Event<'_>)) {
        let (mut from, mut to) = match direction {
            Direction::ToServer => (&self.client, &self.server),
            Direction::ToClient => (&self.server, &self.client),
        };
        let mut buffer = [0; PIECE];
        loop {
            let piece = match from.read(&mut buffer) {
                _ if self.over.load(SeqCst) => return,
                Ok(0) => {
                    watch(Event::End(direction));
                    // It fails where that side has gone already, which is as good.
                    let _ = to.shutdown(Shutdown::Write);
                    return;
                }
                Ok(count) => &buffer[..count],
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => {
                    watch(Event::Reset(direction));
                    return self.reset();
                }
            };
            watch(Event::Bytes(direction, piece));
            if to.write_all(piece).is_err() {
                watch(Event::Reset(direction.reversed()));
                return self.reset();
            }
        }
    }

    /// Both connections will be reset when they are closed, which is when both directions have ended.
    fn reset(&self) {
        self.over.store(true, SeqCst);
        for side in [&self.client, &self.server] {
            reset_when_closed(side);
            // Wakes the other direction without a word to the peer, which would take it for a close.
            let _ = side.shutdown(Shutdown::Read);
        }
    }
}

/// The connection, and where to: a peer that has reset it already has no address any more.
fn connect_to_first(addresses: &[SocketAddr]) -> io::Result<(TcpStream, SocketAddr)> {
    let mut failure = ErrorKind::NotFound.into();
    for address in addresses {
        match TcpStream::connect(address) {
            Ok(stream) => return Ok((stream, *address)),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// With a linger time of zero, a close is a reset (RFC 9293, section 3.10.4, calls it ABORT).
fn reset_when_closed(stream: &TcpStream) {
    let _ = SockRef::from(stream).set_linger(Some(Duration::ZERO));
}
