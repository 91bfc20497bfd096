use std::fmt::Display;
use std::io;
use std::net::{Shutdown, TcpListener};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use socket2::SockRef;

use crate::connection::Connection;
use crate::crew::{Crew, Duty};
use crate::limits::{Crowd, Limits, WhenFull};
use crate::register::Register;
use crate::served::Served;

/// Serves one client at a time, the next when it is done: Python's `socketserver.TCPServer`.
#[derive(Debug)]
pub struct TcpServer(Server);

impl TcpServer {
    /// A server for the clients of `listener`.
    ///
    /// # Errors
    /// What the system says of the listener.
    pub fn new(listener: TcpListener, limits: Limits) -> io::Result<TcpServer> {
        Server::new(listener, limits, Register::new(1, None), 1).map(TcpServer)
    }

    /// Calls the handler with one client's connection after another, until Ctrl-C, SIGTERM or
    /// [`ShutdownHandle::shutdown`].
    ///
    /// # Errors
    /// What the system says where it does not let the server start.
    pub fn serve_forever<H, E>(self, handler: H) -> io::Result<Served>
    where
        H: Fn(&Connection) -> Result<(), E> + Send + Sync + 'static,
        E: Display,
    {
        self.0.serve(handler, false)
    }

    /// Calls the handler with the first client's connection, and ends.
    ///
    /// # Errors
    /// As for [`serve_forever`](TcpServer::serve_forever).
    pub fn handle_request<H, E>(self, handler: H) -> io::Result<Served>
    where
        H: Fn(&Connection) -> Result<(), E> + Send + Sync + 'static,
        E: Display,
    {
        self.0.serve(handler, true)
    }

    /// What ends the server from another thread.
    pub fn shutdown_handle(&self) -> ShutdownHandle {
        self.0.shutdown_handle()
    }
}

/// Serves each client in a thread of its own: Python's `socketserver.ThreadingTCPServer`.
#[derive(Debug)]
pub struct ThreadingTcpServer(Server);

impl ThreadingTcpServer {
    /// Descriptors that a server needs beside its connections, generously.
    const OTHER_FILES: usize = 64;

    /// A server for the clients of `listener`, as many at once as `crowd` says. Where the system lets so few files be
    /// open that they would not do, but allows a program to ask for more, they are asked for.
    ///
    /// # Errors
    /// What the system says of the listener.
    pub fn new(listener: TcpListener, limits: Limits, crowd: Crowd) -> io::Result<ThreadingTcpServer> {
        let max = crowd.max_connections.get();
        // Where it fails or falls short, the server waits for descriptors when it has no more.
        let _ = rlimit::increase_nofile_limit((max + Self::OTHER_FILES) as u64);
        let max_threads = match crowd.when_full {
            WhenFull::Wait => max,
            // One more, which closes what is too much.
            WhenFull::Close => max + 1,
        };
        let register = Register::new(max, crowd.max_per_address.map(usize::from));
        Server::new(listener, limits, register, max_threads).map(ThreadingTcpServer)
    }

    /// Calls the handler with each client's connection, many at a time, until Ctrl-C, SIGTERM or
    /// [`ShutdownHandle::shutdown`].
    ///
    /// # Errors
    /// What the system says where it does not let the server start.
    pub fn serve_forever<H, E>(self, handler: H) -> io::Result<Served>
    where
        H: Fn(&Connection) -> Result<(), E> + Send + Sync + 'static,
        E: Display,
    {
        self.0.serve(handler, false)
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

#[derive(Debug)]
struct Server {
    listener: TcpListener,
    limits: Limits,
    register: Arc<Register>,
    max_threads: usize,
}

impl Server {
    /// How many clients the system keeps waiting until they are accepted; fewer where it allows fewer.
    const BACKLOG: i32 = 1024;
    /// How soon to try again for a thread.
    const RETRY: Duration = Duration::from_millis(500);

    fn new(listener: TcpListener, limits: Limits, register: Register, max_threads: usize) -> io::Result<Server> {
        let socket = SockRef::from(&listener);
        socket.listen(Self::BACKLOG)?;
        // Connections have it from their listener: an answer goes out at once, and no system call each sets it.
        socket.set_tcp_nodelay(true)?;
        register.look_every(limits.deadline);
        Ok(Server { listener, limits, register: Arc::new(register), max_threads })
    }

    fn serve<H, E>(self, handler: H, once: bool) -> io::Result<Served>
    where
        H: Fn(&Connection) -> Result<(), E> + Send + Sync + 'static,
        E: Display,
    {
        let mut signals = Signals::new([SIGINT, SIGTERM])?;
        let signals_handle = signals.handle();
        let shutdown = self.shutdown_handle();
        thread::Builder::new().spawn(move || signals.forever().for_each(|_| shutdown.shutdown()))?;

        let Server { listener, limits, register, max_threads } = self;
        let duty = Duty { deadline: limits.deadline, max_threads, once };
        let crew = Crew::new(listener, Arc::clone(&register), handler, duty);
        let served = loop {
            if register.is_ending() {
                // Wakes the threads in `accept`, and sends newcomers away. Where a system does neither, they are
                // closed when they are accepted.
                let _ = SockRef::from(crew.listener()).shutdown(Shutdown::Both);
            }
            let mustered = register.is_ending() || crew.muster();
            if let Some(served) = register.keep((!mustered).then_some(Self::RETRY)) {
                break served;
            }
        };
        signals_handle.close();
        Ok(served)
    }

    fn shutdown_handle(&self) -> ShutdownHandle {
        ShutdownHandle { register: Arc::clone(&self.register), grace: self.limits.grace }
    }
}
