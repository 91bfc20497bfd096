use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use socket2::SockRef;

use crate::{Direction, Event};

/// The maximum number of bytes that are read and forwarded at a time.
const PIECE: usize = 16 * 1024;

/// Relays each connection that `listener` accepts to the first of the server's addresses that accepts it, and shows the
/// bytes to a watcher. It forwards bytes unchanged, a half-close as a half-close and a reset as a reset.
///
/// ```text
/// client  --------->  tap  --------->  server
///         <---------   |   <---------
///                      v
///                   watcher
/// ```
///
/// Calls `watch` with every [`Event`] and the number of its connection; the first is 1. The thread that forwards a piece
/// calls it just before, so the watcher sees a message before its receiver can react to it. The events of one direction
/// come in order, those of other directions and connections at the same time.
///
/// The tap notices a reset with its next read or write. So if one side has shut down its half already, its reset is
/// forwarded after the first bytes that it does not accept.
///
/// ```
/// use std::io::{Read, Write};
/// use std::net::{TcpListener, TcpStream};
/// use std::sync::mpsc::channel;
/// use std::thread;
///
/// use wire::{Direction, Event, tap};
///
/// let server = TcpListener::bind("127.0.0.1:0")?;
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// let (mut client, servers) = (TcpStream::connect(listener.local_addr()?)?, [server.local_addr()?]);
/// let (seen, watched) = channel();
/// thread::spawn(move || {
///     tap(&listener, &servers, move |_connection, event| {
///         if let Event::Bytes(Direction::ToServer, bytes) = event {
///             let _ = seen.send(bytes.to_vec());
///         }
///     })
/// });
/// client.write_all(b"hello")?;
/// drop(client);
/// let mut received = String::new();
/// server.accept()?.0.read_to_string(&mut received)?;
/// assert_eq!(received, "hello");
/// assert_eq!(watched.recv().as_deref(), Ok(&b"hello"[..]));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn tap<W>(listener: &TcpListener, servers: &[SocketAddr], watch: W) -> !
where
    W: Fn(u64, Event<'_>) + Send + Sync + 'static,
{
    let (servers, watch) = (Arc::<[SocketAddr]>::from(servers), Arc::new(watch));
    let mut connection = 0;
    loop {
        match listener.accept() {
            Ok((client, address)) => {
                connection += 1;
                let (servers, watch) = (Arc::clone(&servers), Arc::clone(&watch));
                let relay = move || relay(client, address, &servers, &|event: Event<'_>| watch(connection, event));
                // If no thread can be started, this drops the connection, which closes it.
                let _ = thread::Builder::new().spawn(relay);
            }
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::Interrupted) => {}
            // Out of file descriptors. Nothing signals when there are some again.
            Err(_) => thread::sleep(Duration::from_millis(100)),
        }
    }
}

/// Relays one connection until both directions have ended.
fn relay(client: TcpStream, address: SocketAddr, servers: &[SocketAddr], watch: &(impl Fn(Event<'_>) + Sync)) {
    let opened = connect_to_first(servers).and_then(|(server, server_addr)| {
        let event = Event::Opened { client: address, seen_by_server: server.local_addr()?, server: server_addr };
        Ok((server, event))
    });
    let (server, event) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            reset_when_closed(&client);
            return watch(Event::Unreachable(&error));
        }
    };
    watch(event);
    for side in [&client, &server] {
        // Forwards each piece at once instead of collecting small ones. Fails if the peer has gone already.
        let _ = side.set_nodelay(true);
    }
    let pair = Pair { client, server, was_reset: AtomicBool::new(false) };
    thread::scope(|scope| {
        match thread::Builder::new().spawn_scoped(scope, || pair.forward(Direction::ToClient, watch)) {
            Ok(_) => pair.forward(Direction::ToServer, watch),
            Err(_) => pair.reset(),
        }
    });
    watch(Event::Closed);
}

/// Returns the connection and its address: a stream that its peer has already reset has no `peer_addr` any more.
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

/// A client's connection, and the one to the server that was made for it.
struct Pair {
    client: TcpStream,
    server: TcpStream,
    /// If so, the end of input that follows is our own doing.
    was_reset: AtomicBool,
}

impl Pair {
    fn forward(&self, direction: Direction, watch: &impl Fn(Event<'_>)) {
        let (mut from, mut to) = match direction {
            Direction::ToServer => (&self.client, &self.server),
            Direction::ToClient => (&self.server, &self.client),
        };
        let mut buffer = [0; PIECE];
        loop {
            let piece = match from.read(&mut buffer) {
                _ if self.was_reset.load(SeqCst) => return,
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
        self.was_reset.store(true, SeqCst);
        for side in [&self.client, &self.server] {
            reset_when_closed(side);
            // Wakes the other direction and sends nothing: the peer must see a reset, not a close.
            let _ = side.shutdown(Shutdown::Read);
        }
    }
}

/// Makes closing this connection reset it: that is what a linger time of zero does.
fn reset_when_closed(stream: &TcpStream) {
    let _ = SockRef::from(stream).set_linger(Some(Duration::ZERO));
}
