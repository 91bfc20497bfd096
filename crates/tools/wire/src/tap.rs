//! A relay between clients and one server: it forwards bytes unchanged, in both directions, and lets a watcher see them.
//!
//! ```text
//! client  --------->  tap  --------->  server
//!         <---------   |   <---------
//!                      v
//!                   watcher
//! ```
//!
//! A half-close is forwarded as a half-close, a reset as a reset. The watcher is a function. It is called with each piece
//! just before the piece is forwarded, so it always sees a message before its receiver can react to it.
//!
//! The tap notices a reset with its next read or write. So if one side has shut down its half already, its reset is
//! forwarded after the first bytes that it does not accept.

use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::event::Event;
use crate::relay::Relay;

/// A running relay, with two threads for each connection, one for each direction. When it is dropped, it stops listening
/// and closes the open connections.
///
/// ```
/// use std::io::{Read, Write};
/// use std::net::{TcpListener, TcpStream};
/// use std::sync::mpsc::channel;
///
/// use wire::{Direction, Event, Tap};
///
/// let server = TcpListener::bind("127.0.0.1:0")?;
/// let (seen, watched) = channel();
/// let tap = Tap::start(TcpListener::bind("127.0.0.1:0")?, server.local_addr()?, move |_connection, event| {
///     if let Event::Bytes(Direction::ToServer, bytes) = event {
///         let _ = seen.send(bytes.to_vec());
///     }
/// })?;
///
/// TcpStream::connect(tap.local_addr())?.write_all(b"hello")?;
/// let mut received = String::new();
/// server.accept()?.0.read_to_string(&mut received)?;
/// assert_eq!(received, "hello");
/// assert_eq!(watched.recv().as_deref(), Ok(&b"hello"[..]));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Tap {
    local_addr: SocketAddr,
    open: Arc<Open>,
    accepting: Option<JoinHandle<()>>,
}

impl Tap {
    /// Relays each connection that `listener` accepts to `server`. If the server's name has several addresses, each
    /// connection goes to the first that accepts it.
    ///
    /// Calls `watch` with every [`Event`] and the number of its connection; the first is 1. The thread that forwards the
    /// bytes calls it, so the events of one direction come in order, those of other directions and connections at the
    /// same time, and what is forwarded waits for `watch` to return.
    ///
    /// # Errors
    /// Returns an error if the listener has no address, `server` cannot be resolved, or no thread can be started.
    pub fn start<W>(listener: TcpListener, server: impl ToSocketAddrs, watch: W) -> io::Result<Tap>
    where
        W: Fn(u64, Event<'_>) + Send + Sync + 'static,
    {
        let local_addr = listener.local_addr()?;
        let servers: Vec<_> = server.to_socket_addrs()?.collect();
        let open = Arc::new(Open::default());
        let accepting = {
            let open = Arc::clone(&open);
            thread::Builder::new().spawn(move || accept(&listener, &servers.into(), &open, &Arc::new(watch)))?
        };
        Ok(Tap { local_addr, open, accepting: Some(accepting) })
    }

    /// Returns the address that clients connect to instead of the server's.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.open.ended.store(true, SeqCst);
        // A connection wakes the thread in `accept`. If none can be made, the thread stays there, which does no harm.
        if TcpStream::connect_timeout(&self.local_addr, Duration::from_secs(1)).is_ok()
            && let Some(accepting) = self.accepting.take()
        {
            let _ = accepting.join();
        }
        self.open.relays().values().for_each(|relay| relay.shut_down());
    }
}

/// The open connections by their numbers.
#[derive(Debug, Default)]
struct Open {
    relays: Mutex<HashMap<u64, Arc<Relay>>>,
    ended: AtomicBool,
}

impl Open {
    fn relays(&self) -> MutexGuard<'_, HashMap<u64, Arc<Relay>>> {
        self.relays.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn accept<W>(listener: &TcpListener, servers: &Arc<[SocketAddr]>, open: &Arc<Open>, watch: &Arc<W>)
where
    W: Fn(u64, Event<'_>) + Send + Sync + 'static,
{
    let mut connection = 0;
    loop {
        let accepted = listener.accept();
        if open.ended.load(SeqCst) {
            return;
        }
        match accepted {
            Ok((client, address)) => {
                connection += 1;
                let (servers, open, watch) = (Arc::clone(servers), Arc::clone(open), Arc::clone(watch));
                let watch = move |event: Event<'_>| watch(connection, event);
                // If no thread can be started, this drops the connection, which closes it.
                let _ =
                    thread::Builder::new().spawn(move || relay(connection, (client, address), &servers, &open, &watch));
            }
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::Interrupted) => {}
            // Out of file descriptors. Nothing signals when there are some again.
            Err(_) => thread::sleep(Duration::from_millis(100)),
        }
    }
}

/// Relays one connection until it ends.
fn relay(
    connection: u64,
    (client, client_addr): (TcpStream, SocketAddr),
    servers: &[SocketAddr],
    open: &Open,
    watch: &(impl Fn(Event<'_>) + Sync),
) {
    let relay = match Relay::connect(client, servers) {
        Ok(relay) => Arc::new(relay),
        Err(error) => return watch(Event::Unreachable(&error)),
    };
    watch(Event::Opened { client: client_addr, seen_by_server: relay.seen_by_server, server: relay.server_addr });
    open.relays().insert(connection, Arc::clone(&relay));
    if open.ended.load(SeqCst) {
        relay.shut_down();
    }
    relay.run(watch);
    open.relays().remove(&connection);
}
