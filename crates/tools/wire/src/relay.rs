use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use socket2::SockRef;

use crate::{Direction, Event};

/// The maximum number of bytes that are read and forwarded at a time.
const PIECE: usize = 16 * 1024;

/// A client's connection, and the one to the server that was made for it.
#[derive(Debug)]
pub(crate) struct Relay {
    client: TcpStream,
    server: TcpStream,
    /// The tap's own address, which the server sees as its client's.
    pub(crate) seen_by_server: SocketAddr,
    /// The server's address.
    pub(crate) server_addr: SocketAddr,
    /// Set after a reset and at shutdown: the end of input that follows is the relay's own doing.
    is_over: AtomicBool,
}

impl Relay {
    /// Connects to the first server address that accepts. If none does, the client's connection is reset.
    pub(crate) fn connect(client: TcpStream, servers: &[SocketAddr]) -> io::Result<Relay> {
        let (server, server_addr) = connect_to_first(servers).inspect_err(|_| reset_when_closed(&client))?;
        let seen_by_server = server.local_addr()?;
        for side in [&client, &server] {
            // Forwards each piece at once instead of collecting small ones. Fails if the peer has gone already.
            let _ = side.set_nodelay(true);
        }
        Ok(Relay { client, server, seen_by_server, server_addr, is_over: AtomicBool::new(false) })
    }

    /// Forwards bytes in both directions until both have ended.
    pub(crate) fn run(&self, watch: &(impl Fn(Event<'_>) + Sync)) {
        thread::scope(|scope| {
            match thread::Builder::new().spawn_scoped(scope, || self.forward(Direction::ToClient, watch)) {
                Ok(_) => self.forward(Direction::ToServer, watch),
                Err(_) => self.reset(),
            }
        });
        watch(Event::Closed);
    }

    /// Closes both connections now.
    pub(crate) fn shut_down(&self) {
        self.is_over.store(true, SeqCst);
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Both);
    }

    fn forward(&self, direction: Direction, watch: &impl Fn(Event<'_>)) {
        let (mut from, mut to) = match direction {
            Direction::ToServer => (&self.client, &self.server),
            Direction::ToClient => (&self.server, &self.client),
        };
        let mut buffer = [0; PIECE];
        loop {
            let piece = match from.read(&mut buffer) {
                _ if self.is_over.load(SeqCst) => return,
                Ok(0) => {
                    watch(Event::End(direction));
                    // Fails if that side has gone already, which is fine: then there is nothing to shut down.
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

    /// Resets both connections as soon as both directions have ended.
    fn reset(&self) {
        self.is_over.store(true, SeqCst);
        for side in [&self.client, &self.server] {
            reset_when_closed(side);
            // Wakes the other direction and sends nothing: the peer must see a reset, not a close.
            let _ = side.shutdown(Shutdown::Read);
        }
    }
}

/// Returns the connection and its address: a stream that its peer has reset already cannot say `peer_addr` any more.
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

/// Makes closing this connection reset it: that is what a linger time of zero does.
fn reset_when_closed(stream: &TcpStream) {
    let _ = SockRef::from(stream).set_linger(Some(Duration::ZERO));
}
