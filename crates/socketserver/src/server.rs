use std::fmt::Display;
use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::SIGUSR1;
use signal_hook::iterator::Signals;
use socket2::SockRef;

use crate::allow::AllowList;
use crate::connection::Connection;
use crate::connection_table::{ConnectionTable, Status};
use crate::limits::{ConnectionLimits, OverflowPolicy, Timeouts};
use crate::signals::collect_signals;
use crate::stats::Stats;
use crate::warnings::Warnings;
use crate::worker_pool::{PoolConfig, PoolState, WorkerPool};

/// A server for the clients of one listener.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    table: Arc<ConnectionTable>,
    config: PoolConfig,
    grace: Duration,
    /// Collected before anyone learns that the server listens: whoever knows may end it.
    signals: Signals,
    /// What its lines to the operator begin with.
    prefix: String,
}

impl Server {
    /// The maximum length of the listener's backlog; the operating system may shorten it.
    const BACKLOG: i32 = 1024;
    /// File descriptors that a process needs in addition to its connections, generously.
    const OTHER_DESCRIPTORS: usize = 64;
    /// How often the main thread looks whether a worker is missing.
    const TICK: Duration = Duration::from_secs(1);
    /// The time between two status lines.
    const STATUS_INTERVAL: Duration = Duration::from_secs(60);

    /// Creates a server that serves one client at a time. From now on it handles Ctrl-C, SIGTERM and SIGUSR1.
    ///
    /// # Errors
    /// Returns an error if the listener's options or the signal handlers cannot be set.
    pub fn sequential(listener: TcpListener, timeouts: Timeouts, allow_list: AllowList) -> io::Result<Server> {
        let table = ConnectionTable::new(allow_list, 1, None);
        let config = PoolConfig { deadline: timeouts.deadline, max_workers: 1, warns_when_full: false, once: false };
        Server::new(listener, table, config, timeouts.grace)
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
        let max = limits.max_connections.get();
        // If the limit stays too low, the server waits whenever it has no more descriptors.
        let _ = rlimit::increase_nofile_limit((max + Self::OTHER_DESCRIPTORS) as u64);
        // To wait for a place is to wait for a worker; to close clients takes one worker more.
        let (max_workers, warns_when_full) = match limits.when_full {
            // With one at a time, that one is busy and others wait is no news.
            OverflowPolicy::Wait => (max, max > 1),
            OverflowPolicy::Close => (max + 1, false),
        };
        let table = ConnectionTable::new(allow_list, max, limits.max_per_address.map(usize::from));
        let config = PoolConfig { deadline: timeouts.deadline, max_workers, warns_when_full, once: false };
        Server::new(listener, table, config, timeouts.grace)
    }

    fn new(listener: TcpListener, table: ConnectionTable, config: PoolConfig, grace: Duration) -> io::Result<Server> {
        let socket = SockRef::from(&listener);
        socket.listen(Self::BACKLOG)?;
        // Connections inherit it: each write is sent at once, without a system call per connection.
        socket.set_tcp_nodelay(true)?;
        let signals = collect_signals()?;
        Ok(Server { listener, table: Arc::new(table), config, grace, signals, prefix: String::new() })
    }

    /// Names one of several servers in a process. Its lines to the operator begin with the name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Server {
        self.prefix = format!("{name}: ");
        self
    }

    /// Returns the address that the server listens on.
    ///
    /// # Errors
    /// Returns an error if the operating system does.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Returns a handle that shuts the server down from another thread.
    pub fn shutdown_handle(&self) -> ShutdownHandle {
        ShutdownHandle { table: Arc::clone(&self.table), grace: self.grace }
    }

    /// Calls the handler with the first client's connection, then shuts down.
    ///
    /// # Errors
    /// Returns an error if no thread can be started for the signals.
    pub fn run_once<H, E>(mut self, handler: H) -> io::Result<Stats>
    where
        H: Fn(&Connection) -> Result<(), E> + Send + Sync + 'static,
        E: Display,
    {
        self.config.once = true;
        self.run(handler)
    }

    /// Calls the handler with each client's connection until Ctrl-C, SIGTERM or [`ShutdownHandle::shutdown`].
    ///
    /// # Errors
    /// Returns an error if no thread can be started for the signals.
    pub fn run<H, E>(self, handler: H) -> io::Result<Stats>
    where
        H: Fn(&Connection) -> Result<(), E> + Send + Sync + 'static,
        E: Display,
    {
        let shutdown = self.shutdown_handle();
        let Server { listener, table, config, signals, prefix, .. } = self;
        let signals_handle = signals.handle();
        let prefix_of_status = prefix.clone();
        thread::Builder::new().spawn(move || handle_signals(signals, &shutdown, &prefix_of_status))?;

        let warnings = Warnings::new(prefix.clone());
        let (pool_table, state) = (Arc::clone(&table), Mutex::<PoolState>::default());
        let pool = Arc::new(WorkerPool { listener, table: pool_table, handler, config, warnings, state });
        let (mut last_status, mut last_line) = (Status::default(), Instant::now());
        while !table.is_shutting_down() {
            // Usually the workers see to that themselves, unless there was no thread to be had.
            pool.ensure_worker();
            table.wait_for_shutdown(Self::TICK);
            if last_line.elapsed() >= Self::STATUS_INTERVAL {
                let status = table.status();
                if status != last_status {
                    cli::warn!("{prefix}{status}");
                }
                (last_status, last_line) = (status, Instant::now());
            }
        }
        // Wakes the workers in `accept`, and refuses new clients. On a system where it does neither, workers close the
        // next client that they accept.
        let _ = SockRef::from(&pool.listener).shutdown(Shutdown::Both);
        let stats = table.finish_shutdown();
        signals_handle.close();
        Ok(stats)
    }
}

/// Shuts a server down from another thread.
#[derive(Clone, Debug)]
pub struct ShutdownHandle {
    table: Arc<ConnectionTable>,
    grace: Duration,
}

impl ShutdownHandle {
    /// Does what Ctrl-C does: accepts no new clients, and gives open connections the grace period to finish. A second
    /// call ends it.
    pub fn shutdown(&self) {
        self.table.begin_shutdown(self.grace);
    }
}

fn handle_signals(mut signals: Signals, shutdown: &ShutdownHandle, prefix: &str) {
    for signal in signals.forever() {
        match signal {
            SIGUSR1 => cli::warn!("{prefix}{}", shutdown.table.status()),
            _ => shutdown.shutdown(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpStream;

    #[test]
    fn connections_inherit_nodelay_from_their_listener() -> io::Result<()> {
        let timeouts = Timeouts { deadline: Duration::from_secs(1), grace: Duration::ZERO };
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let server = Server::sequential(listener, timeouts, AllowList::default())?;
        let _client = TcpStream::connect(server.local_addr()?)?;
        let (connection, _) = server.listener.accept()?;
        assert!(connection.nodelay()?);
        Ok(())
    }
}
