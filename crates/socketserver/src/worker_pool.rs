use std::fmt::Display;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::connection::{Connection, Socket};
use crate::connection_table::{ConnectionTable, Rejection};
use crate::warnings::Warnings;

/// The worker threads of a server. Each accepts a connection, serves it, and accepts the next.
///
/// To start a thread for each connection costs more than a handshake does, so a worker that has served a client is used
/// again. The last worker to leave `accept` starts another before it serves, so a long session never delays a new client.
pub(crate) struct WorkerPool<H> {
    pub(crate) listener: TcpListener,
    pub(crate) table: Arc<ConnectionTable>,
    pub(crate) handler: H,
    pub(crate) config: PoolConfig,
    pub(crate) warnings: Warnings,
    pub(crate) state: Mutex<PoolState>,
}

#[derive(Debug)]
pub(crate) struct PoolConfig {
    /// For the handshake or request of each connection.
    pub(crate) deadline: Duration,
    pub(crate) max_workers: usize,
    /// Whether the operator is warned when all workers are busy and clients have to wait.
    pub(crate) warns_when_full: bool,
    /// Whether the server shuts down after the first connection.
    pub(crate) once: bool,
}

#[derive(Debug, Default)]
pub(crate) struct PoolState {
    workers: usize,
    /// How many of them are in `accept`, or on their way there.
    idle: usize,
}

impl<H, E> WorkerPool<H>
where
    H: Fn(&Connection) -> Result<(), E> + Send + Sync + 'static,
    E: Display,
{
    /// A worker that finds this many idle ones ends.
    const MAX_IDLE: usize = 8;
    /// Address space for each thread; of memory, it takes what its handler uses.
    const STACK_SIZE: usize = 256 * 1024;
    /// Nothing reports that the process can open files again, so `accept` is tried at this interval.
    const ACCEPT_RETRY: Duration = Duration::from_millis(100);

    /// Starts a worker if none is idle and another is allowed.
    pub(crate) fn ensure_worker(self: &Arc<Self>) {
        let mut state = self.state();
        if state.idle > 0 {
            return;
        }
        let max = self.config.max_workers;
        if state.workers == max {
            if self.config.warns_when_full {
                let text =
                    format!("all {max} connections are in use; new clients wait in the backlog (--max-connections)");
                self.warnings.warn("waiting", text);
            }
            return;
        }
        state.workers += 1;
        state.idle += 1;
        drop(state);
        let pool = Arc::clone(self);
        let started = thread::Builder::new().stack_size(Self::STACK_SIZE).spawn(move || pool.worker_loop());
        if let Err(error) = started {
            self.warnings.warn("threads", format!("cannot start a thread: {error}; new clients wait in the backlog"));
            let mut state = self.state();
            state.workers -= 1;
            state.idle -= 1;
        }
    }

    fn worker_loop(self: Arc<Self>) {
        while let Some((stream, peer_addr)) = self.accept() {
            self.state().idle -= 1;
            self.ensure_worker();
            self.serve(stream, peer_addr);
            let mut state = self.state();
            if state.idle >= Self::MAX_IDLE {
                state.workers -= 1;
                return;
            }
            state.idle += 1;
        }
    }

    /// Waits for the next connection. Returns `None` when the server shuts down.
    fn accept(&self) -> Option<(TcpStream, SocketAddr)> {
        loop {
            let accepted = self.listener.accept();
            if self.table.is_shutting_down() {
                return None;
            }
            match accepted {
                Ok(accepted) => return Some(accepted),
                // A client closed while it waited in the backlog; the next one may not have.
                Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
                Err(error) => {
                    let text = format!(
                        "cannot accept connections: {error}; new clients wait in the backlog (`ulimit -n` limits open files)"
                    );
                    self.warnings.warn("descriptors", text);
                    thread::sleep(Self::ACCEPT_RETRY);
                }
            }
        }
    }

    /// Calls the handler, unless the client is refused. Its failure affects this connection only.
    fn serve(&self, stream: TcpStream, peer_addr: SocketAddr) {
        let socket = Arc::new(Socket::new(stream));
        let id = match self.table.insert(peer_addr.ip(), &socket) {
            Ok(id) => id,
            Err(rejection) => return self.warn_of(rejection, peer_addr.ip().to_canonical()),
        };
        let connection = Connection::new(socket, peer_addr, self.config.deadline);
        let is_completed = match catch_unwind(AssertUnwindSafe(|| (self.handler)(&connection))) {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                // Thousands may be open at shutdown; the server's last line counts them.
                if !connection.is_shutting_down() {
                    cli::warn!("{peer_addr}: {error:#}");
                }
                false
            }
            Err(_) => {
                cli::warn!("{peer_addr}: the handler panicked; closed its connection");
                false
            }
        };
        self.table.remove(id, is_completed);
        if self.config.once {
            self.table.begin_shutdown(Duration::ZERO);
        }
    }

    fn warn_of(&self, rejection: Rejection, address: IpAddr) {
        let (kind, reason) = match rejection {
            Rejection::NotInAllow => ("allow", "not allowed by --allow".to_owned()),
            Rejection::OverMaxConnections(max) => {
                ("connections", format!("all {max} connections are in use (--max-connections)"))
            }
            Rejection::OverMaxPerAddress(max) => {
                ("address", format!("it already has {max} connections (--max-per-address)"))
            }
        };
        self.warnings.warn(kind, format!("refused {address}: {reason}"));
    }

    fn state(&self) -> MutexGuard<'_, PoolState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
