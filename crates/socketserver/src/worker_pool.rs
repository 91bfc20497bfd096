use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::connection_table::ConnectionTable;
use crate::log::Log;
use crate::{Connection, OverflowPolicy};

/// Serves a connection. Its error is for the operator.
pub(crate) type Handler = Box<dyn Fn(&Connection) -> Result<(), String> + Send + Sync>;

/// The worker threads of a server. Each accepts a connection, serves it, and accepts the next. A short request takes about
/// a third of the processor time that it takes with a thread for each connection.
///
/// The last worker to leave `accept` starts another before it serves, so a long session never delays a new client.
pub(crate) struct WorkerPool {
    pub(crate) listener: TcpListener,
    pub(crate) table: Arc<ConnectionTable>,
    pub(crate) handler: Handler,
    /// Whether the server shuts down after the first connection.
    pub(crate) once: bool,
    pub(crate) log: Log,
    pub(crate) state: Mutex<PoolState>,
}

#[derive(Debug, Default)]
pub(crate) struct PoolState {
    workers: usize,
    /// How many of them are in `accept`, or on their way there.
    idle: usize,
}

impl WorkerPool {
    /// Starts a worker if none is idle and another is allowed.
    pub(crate) fn ensure_worker(self: &Arc<Self>) {
        let mut state = self.state();
        if state.idle > 0 {
            return;
        }
        let max = self.table.limits.max_connections.get();
        // To wait for a place is to wait for a worker; to close clients takes one worker more.
        let closes = self.table.limits.when_full == OverflowPolicy::Close;
        if state.workers == max + usize::from(closes) {
            // That a sequential server is busy is not worth a warning.
            if !closes && max > 1 {
                let text = "connections are in use; new clients wait in the backlog (--max-connections)";
                self.log.warn("full", format!("all {max} {text}"));
            }
            return;
        }
        let pool = Arc::clone(self);
        // A stack of 2 MiB, as is usual, takes 3.5 KiB more for page tables.
        match thread::Builder::new().stack_size(256 * 1024).spawn(move || pool.worker_loop()) {
            Ok(_) => {
                state.workers += 1;
                state.idle += 1;
            }
            Err(error) => {
                self.log.warn("threads", format!("cannot start a thread: {error}; new clients wait in the backlog"));
            }
        }
    }

    fn worker_loop(self: Arc<Self>) {
        loop {
            let accepted = self.listener.accept();
            if self.table.is_shutting_down() {
                return;
            }
            match accepted {
                Ok((stream, peer_addr)) => {
                    self.state().idle -= 1;
                    self.ensure_worker();
                    self.serve(stream, peer_addr);
                    self.state().idle += 1;
                }
                // A client closed while it waited in the backlog; the next one may not have.
                Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
                Err(error) => {
                    let text = "new clients wait in the backlog (`ulimit -n` limits open files)";
                    self.log.warn("descriptors", format!("cannot accept connections: {error}; {text}"));
                    // Nothing reports that the process can open files again.
                    thread::sleep(Duration::from_millis(100));
                }
            }
        }
    }

    /// Calls the handler, unless the client is refused. Its failure affects this connection only.
    fn serve(&self, stream: TcpStream, peer_addr: SocketAddr) {
        let connection = Connection::new(stream, peer_addr, &self.table);
        if let Err(reason) = self.table.insert(&connection) {
            return self.log.warn(&reason, format!("refused {}: {reason}", peer_addr.ip().to_canonical()));
        }
        let result = catch_unwind(AssertUnwindSafe(|| (self.handler)(&connection)));
        match &result {
            Ok(Ok(())) => {}
            // Thousands may be open at shutdown; the server's last line counts them.
            Ok(Err(_)) if connection.is_shutting_down() => {}
            Ok(Err(error)) => self.log.print_failure(peer_addr, error),
            Err(_) => self.log.print_failure(peer_addr, "the handler panicked; closed its connection"),
        }
        self.table.remove(&connection, matches!(result, Ok(Ok(()))));
        if self.once {
            self.table.request_shutdown();
        }
    }

    fn state(&self) -> MutexGuard<'_, PoolState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
