//! A relay between one server and its clients: it passes bytes on unchanged, both ways, and lets them be watched.
//!
//! ```text
//! client  --------->  tap  --------->  server
//!         <---------   |   <---------
//!                      v
//!                   watcher
//! ```
//!
//! A half-close is passed on as a half-close, a reset as a reset. The watcher, a function, is told of each piece just
//! before it is passed on, so whatever a program says on reading it comes later.
//!
//! ```
//! use std::io::{Read, Write};
//! use std::net::{TcpListener, TcpStream};
//! use std::sync::mpsc::channel;
//!
//! use wire::{Direction, Event, Tap};
//!
//! let server = TcpListener::bind("127.0.0.1:0")?;
//! let (seen, watched) = channel();
//! let tap = Tap::start(TcpListener::bind("127.0.0.1:0")?, server.local_addr()?, move |_connection, event| {
//!     if let Event::Bytes(Direction::ToServer, bytes) = event {
//!         let _ = seen.send(bytes.to_vec());
//!     }
//! })?;
//!
//! TcpStream::connect(tap.local_addr())?.write_all(b"hello")?;
//! let mut received = String::new();
//! server.accept()?.0.read_to_string(&mut received)?;
//! assert_eq!(received, "hello");
//! assert_eq!(watched.recv().as_deref(), Ok(&b"hello"[..]));
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! What is behind a socket's back stays there: a reset is noticed by the next read or write, so where one side has
//! ended its half already, its reset is passed on with the first bytes that it does not take.

use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::event::Event;
use crate::relay::Relay;

/// A relay that is running: two threads for each connection, one each way. Dropped, it takes no more connections and
/// cuts those that are open.
#[derive(Debug)]
pub struct Tap {
    address: SocketAddr,
    open: Arc<Open>,
    accepting: Option<JoinHandle<()>>,
}

impl Tap {
    /// Relays the connections of `listener` to `server`, each to a connection of its own there; where the server has
    /// several addresses, to the first that answers.
    ///
    /// `watch` is told of every [`Event`] with the number of its connection, the first of which is 1. It is called by
    /// the thread that passes the bytes on: those of one direction in their order, while those of the other direction
    /// and of other connections may come at the same time. What it takes its time over waits.
    ///
    /// # Errors
    /// What the system says of the listener, of the server's name or of a thread to be started.
    pub fn start<W>(listener: TcpListener, server: impl ToSocketAddrs, watch: W) -> io::Result<Tap>
    where
        W: Fn(u64, Event<'_>) + Send + Sync + 'static,
    {
        let address = listener.local_addr()?;
        let server: Vec<_> = server.to_socket_addrs()?.collect();
        let open = Arc::new(Open::default());
        let accepting = Arc::clone(&open);
        let accepting =
            thread::Builder::new().spawn(move || accept(&listener, &server.into(), &accepting, &Arc::new(watch)))?;
        Ok(Tap { address, open, accepting: Some(accepting) })
    }

    /// Where it listens: clients connect here instead of to the server.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.open.ended.store(true, SeqCst);
        // A connection wakes the thread in `accept`. If none can be made it sleeps on, and harms nobody.
        if TcpStream::connect_timeout(&self.address, Duration::from_secs(1)).is_ok()
            && let Some(accepting) = self.accepting.take()
        {
            let _ = accepting.join();
        }
        self.open.relays().values().for_each(|relay| relay.cut());
    }
}

/// The connections that are open.
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

fn accept<W>(listener: &TcpListener, server: &Arc<[SocketAddr]>, open: &Arc<Open>, watch: &Arc<W>)
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
                let (server, open, watch) = (Arc::clone(server), Arc::clone(open), Arc::clone(watch));
                // Where there is no thread for it, the connection is closed.
                let _ =
                    thread::Builder::new().spawn(move || relay(connection, (client, address), &server, &open, &*watch));
            }
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::Interrupted) => {}
            // Out of descriptors: nothing tells when there are some again.
            Err(_) => thread::sleep(Duration::from_millis(100)),
        }
    }
}

/// One connection, from its beginning to its end.
fn relay<W>(connection: u64, (client, address): (TcpStream, SocketAddr), server: &[SocketAddr], open: &Open, watch: &W)
where
    W: Fn(u64, Event<'_>) + Sync,
{
    let watch = |event: Event<'_>| watch(connection, event);
    let relay = match Relay::connect(client, server) {
        Ok(relay) => Arc::new(relay),
        Err(error) => return watch(Event::Unreachable(&error)),
    };
    watch(Event::Opened { client: address, seen_by_server: relay.seen_by_server, server: relay.answered });
    open.relays().insert(connection, Arc::clone(&relay));
    if open.ended.load(SeqCst) {
        relay.cut();
    }
    relay.run(&watch);
    open.relays().remove(&connection);
}
