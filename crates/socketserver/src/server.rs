use std::fmt::Display;
use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM, SIGUSR1};
use signal_hook::iterator::Signals;
use socket2::SockRef;

use crate::connection::Connection;
use crate::crew::{Crew, Duty};
use crate::limits::{ConnectionLimits, OverflowPolicy, Timeouts};
use crate::register::{Register, Round};
use crate::served::Stats;

/// Serves one client at a time, the next when it is done: Python's `socketserver.TCPServer`.
#[derive(Debug)]
pub struct SequentialServer(Server);

impl SequentialServer {
    /// A server for the clients of `listener`. From now on Ctrl-C, SIGTERM and SIGUSR1 are its own.
    ///
    /// # Errors
    /// What the system says of the listener.
    pub fn new(listener: TcpListener, limits: Timeouts) -> io::Result<SequentialServer> {
        let duty = Duty { deadline: limits.deadline, max_threads: 1, tell_when_full: false, once: false };
        Server::new(listener, Register::new(&limits, 1, None), duty, limits.grace).map(SequentialServer)
    }

    /// Where it listens.
    ///
    /// # Errors
    /// What the system says of the listener.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.listener.local_addr()
    }

    /// Calls the handler with one client's connection after another, until Ctrl-C, SIGTERM or
    /// [`ShutdownHandle::shutdown`].
    ///
    /// # Errors
    /// What the system says where it does not let the server start.
    pub fn run<H, E>(self, handler: H) -> io::Result<Stats>
    where
        H: Fn(&Connection) -> Result<(), E> + Send + Sync + 'static,
        E: Display,
    {
        self.0.serve(handler)
    }

    /// Calls the handler with the first client's connection, and ends.
    ///
    /// # Errors
    /// As for [`run`](SequentialServer::run).
    pub fn run_once<H, E>(mut self, handler: H) -> io::Result<Stats>
    where
        H: Fn(&Connection) -> Result<(), E> + Send + Sync + 'static,
        E: Display,
    {
        self.0.duty.once = true;
        self.0.serve(handler)
    }

    /// What ends the server from another thread.
    pub fn shutdown_handle(&self) -> ShutdownHandle {
        self.0.shutdown_handle()
    }
}

/// Serves each client in a thread of its own: Python's `socketserver.ThreadingTCPServer`.
#[derive(Debug)]
pub struct ThreadedServer(Server);

impl ThreadedServer {
    /// Descriptors that a server needs beside its connections, generously.
    const OTHER_FILES: usize = 64;

    /// A server for the clients of `listener`, as many at once as `crowd` says. Where the system lets so few files be
    /// open that they would not do, but allows a program to ask for more, they are asked for.
    ///
    /// # Errors
    /// What the system says of the listener.
    pub fn new(listener: TcpListener, limits: Timeouts, crowd: ConnectionLimits) -> io::Result<ThreadedServer> {
        let max = crowd.max_connections.get();
        // Where it fails or falls short, the server waits for descriptors when it has no more.
        let _ = rlimit::increase_nofile_limit((max + Self::OTHER_FILES) as u64);
        let (max_threads, tell_when_full) = match crowd.when_full {
            // With one at a time, that one is served and others wait is no news.
            OverflowPolicy::Wait => (max, max > 1),
            // One more, which closes what is too much.
            OverflowPolicy::Close => (max + 1, false),
        };
        let duty = Duty { deadline: limits.deadline, max_threads, tell_when_full, once: false };
        let register = Register::new(&limits, max, crowd.max_per_address.map(usize::from));
        Server::new(listener, register, duty, limits.grace).map(ThreadedServer)
    }

    /// One of several servers in a process: what it tells the operator begins with its name.
    #[must_use]
    pub fn named(mut self, name: &str) -> ThreadedServer {
        self.0.label = format!("{name}: ");
        self
    }

    /// Where it listens.
    ///
    /// # Errors
    /// What the system says of the listener.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.listener.local_addr()
    }

    /// Calls the handler with each client's connection, many at a time, until Ctrl-C, SIGTERM or
    /// [`ShutdownHandle::shutdown`].
    ///
    /// # Errors
    /// What the system says where it does not let the server start.
    pub fn run<H, E>(self, handler: H) -> io::Result<Stats>
    where
        H: Fn(&Connection) -> Result<(), E> + Send + Sync + 'static,
        E: Display,
    {
        self.0.serve(handler)
    }

    /// What ends the server from another thread.
    pub fn shutdown_handle(&self) -> ShutdownHandle {
        self.0.shutdown_handle()
    }
}

/// Ends a server from another thread.
#[derive(Clone, Debug)]
pub struct ShutdownHandle {
    register: Arc<Register>,
    grace: Duration,
}

impl ShutdownHandle {
    /// As Ctrl-C does: no new clients; open connections have the grace time to finish, or none if told a second time.
    pub fn shutdown(&self) {
        self.register.end(self.grace);
    }
}

/// What both have in common.
#[derive(Debug)]
struct Server {
    listener: TcpListener,
    register: Arc<Register>,
    duty: Duty,
    grace: Duration,
    /// Asked for before anyone is told that the server listens: whoever knows that it does may end it.
    signals: Signals,
    /// What its words to the operator begin with.
    label: String,
}

impl Server {
    /// How many clients the system keeps waiting until they are accepted; fewer where it allows fewer.
    const BACKLOG: i32 = 1024;
    /// How soon to try again for a thread.
    const RETRY: Duration = Duration::from_millis(500);

    fn new(listener: TcpListener, register: Register, duty: Duty, grace: Duration) -> io::Result<Server> {
        let socket = SockRef::from(&listener);
        socket.listen(Self::BACKLOG)?;
        // Connections have it from their listener: an answer goes out at once, and no system call each sets it.
        socket.set_tcp_nodelay(true)?;
        let signals = Signals::new([SIGINT, SIGTERM, SIGUSR1])?;
        Ok(Server { listener, register: Arc::new(register), duty, grace, signals, label: String::new() })
    }

    fn serve<H, E>(self, handler: H) -> io::Result<Stats>
    where
        H: Fn(&Connection) -> Result<(), E> + Send + Sync + 'static,
        E: Display,
    {
        let shutdown = self.shutdown_handle();
        let Server { listener, register, duty, mut signals, label, .. } = self;
        let signals_handle = signals.handle();
        let asked = label.clone();
        thread::Builder::new().spawn(move || {
            for signal in signals.forever() {
                match signal {
                    SIGUSR1 => cli::warn!("{asked}{}", shutdown.register.tell()),
                    _ => shutdown.shutdown(),
                }
            }
        })?;
        let crew = Crew::new(listener, Arc::clone(&register), handler, duty, label.clone());
        let served = loop {
            if register.is_shutting_down() {
                // Wakes the threads in `accept`, and sends newcomers away. Where a system does neither, they are
                // closed when they are accepted.
                let _ = SockRef::from(crew.listener()).shutdown(Shutdown::Both);
            }
            let mustered = register.is_shutting_down() || crew.muster();
            match register.keep((!mustered).then_some(Self::RETRY)) {
                Round::Rested => {}
                Round::News(status) => cli::warn!("{label}{status}"),
                Round::Ended(served) => break served,
            }
        };
        signals_handle.close();
        Ok(served)
    }

    fn shutdown_handle(&self) -> ShutdownHandle {
        ShutdownHandle { register: Arc::clone(&self.register), grace: self.grace }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpStream;

    #[test]
    fn connections_have_tcp_nodelay_from_their_listener() -> io::Result<()> {
        let limits = Timeouts { deadline: Duration::from_secs(1), grace: Duration::ZERO, allow: vec![] };
        let server = SequentialServer::new(TcpListener::bind("127.0.0.1:0")?, limits)?;
        let _client = TcpStream::connect(server.local_addr()?)?;
        let (connection, _) = server.0.listener.accept()?;
        assert!(connection.nodelay()?);
        Ok(())
    }
}
