use std::fmt::Display;
use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM, SIGUSR1};
use signal_hook::iterator::Signals;
use socket2::SockRef;

use crate::connection_table::ConnectionTable;
use crate::log::{Log, StatusTimer};
use crate::worker_pool::WorkerPool;
use crate::{AllowList, Connection, ConnectionLimits, OverflowPolicy, Stats, Timeouts};

/// A server for the clients of one listener.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    table: Arc<ConnectionTable>,
    once: bool,
    signals: Signals,
    log: Log,
}

impl Server {
    /// Creates a server that serves one client at a time. From now on it handles Ctrl-C, SIGTERM and SIGUSR1.
    ///
    /// # Errors
    /// Returns an error if the listener's options or the signal handlers cannot be set.
    pub fn sequential(listener: TcpListener, timeouts: Timeouts, allow_list: AllowList) -> io::Result<Server> {
        let when_full = OverflowPolicy::Wait;
        let limits = ConnectionLimits { max_connections: NonZeroUsize::MIN, max_per_address: None, when_full };
        Server::threaded(listener, timeouts, allow_list, limits)
    }

    /// Creates a server that serves many clients at a time, each in a thread. From now on it handles Ctrl-C, SIGTERM and
    /// SIGUSR1. If the process may open too few files for so many connections, and is allowed to raise that limit, it does.
    ///
    /// # Errors
    /// Returns an error if the listener's options or the signal handlers cannot be set.
    pub fn threaded(
        listener: TcpListener,
        timeouts: Timeouts,
        allow_list: AllowList,
        limits: ConnectionLimits,
    ) -> io::Result<Server> {
        // The process needs some files besides. If the limit stays too low, the server waits when it has no more.
        let _ = rlimit::increase_nofile_limit(limits.max_connections.get() as u64 + 64);
        let socket = SockRef::from(&listener);
        // The length of the backlog: a client that finds it full tries again after a second.
        socket.listen(1024)?;
        // Connections inherit it: each write is sent at once.
        socket.set_tcp_nodelay(true)?;
        // Before anyone learns that the server listens: whoever knows may end it. A shell starts the background commands
        // of a script (`&`) with SIGINT ignored; then it stays ignored, as in Python.
        let handled = [SIGINT, SIGTERM, SIGUSR1].into_iter().filter(|signal| !cli::is_ignored(*signal));
        let signals = Signals::new(handled)?;
        let table = Arc::new(ConnectionTable::new(timeouts, allow_list, limits));
        Ok(Server { listener, table, once: false, signals, log: Log::default() })
    }

    /// Names one of several servers in a process. Its lines to the operator begin with the name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Server {
        self.log.prefix = format!("{name}: ");
        self
    }

    /// Shuts the server down after the first client that it has served, if `once`.
    #[must_use]
    pub fn once(self, once: bool) -> Server {
        Server { once, ..self }
    }

    /// Returns the address that the server listens on.
    ///
    /// # Errors
    /// Returns an error if the operating system does.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Returns a function that does what Ctrl-C does: the server accepts no new clients, and gives open connections the
    /// grace period to finish. A second call ends it.
    pub fn shutdown_handle(&self) -> impl Fn() + Send + 'static {
        let table = Arc::clone(&self.table);
        move || table.request_shutdown()
    }

    /// Calls the handler with each client's connection until Ctrl-C, SIGTERM or [`Server::shutdown_handle`].
    ///
    /// # Errors
    /// Returns an error if no thread can be started for the signals.
    pub fn run<E: Display>(
        self,
        handler: impl Fn(&Connection) -> Result<(), E> + Send + Sync + 'static,
    ) -> io::Result<Stats> {
        let Server { listener, table, once, mut signals, log } = self;
        let handler = Box::new(move |client: &Connection| handler(client).map_err(|error| format!("{error:#}")));
        let pool = Arc::new(WorkerPool { listener, table, handler, once, log, state: Mutex::default() });
        let signals_handle = signals.handle();
        let signals_pool = Arc::clone(&pool);
        thread::Builder::new().spawn(move || {
            for signal in signals.forever() {
                match signal {
                    SIGUSR1 => signals_pool.log.print(signals_pool.table.status()),
                    _ => signals_pool.table.request_shutdown(),
                }
            }
        })?;
        let mut timer = StatusTimer { printed: pool.table.status(), at: Instant::now() };
        pool.ensure_worker();
        while !pool.table.wait_for_shutdown(Duration::from_secs(1)) {
            // Usually the workers see to that themselves, unless there was no thread to be had.
            pool.ensure_worker();
            pool.log.print_all(pool.log.failures.left_out());
            let status = pool.table.status();
            if timer.is_due(&status, Instant::now()) {
                pool.log.print(status);
            }
        }
        // Wakes the workers in `accept`, and refuses new clients.
        let _ = SockRef::from(&pool.listener).shutdown(Shutdown::Both);
        let stats = pool.table.finish_shutdown();
        pool.log.print_all(pool.log.failures.finish());
        signals_handle.close();
        Ok(stats)
    }
}
