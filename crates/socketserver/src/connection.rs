use std::cell::Cell;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// How long a handler may still write after its reads have ended, so that it can tell the client why.
pub(crate) const DRAIN_TIMEOUT: Duration = Duration::from_millis(250);

/// A client's connection, with a time limit. A handler reads from it and writes to it as to a [`TcpStream`].
///
/// When the time is up, reads fail with [`ErrorKind::TimedOut`], whatever the client sends meanwhile. When the server
/// shuts down, they fail with [`ErrorKind::ConnectionAborted`]. In both cases the handler can still write for 250 ms.
#[derive(Debug)]
pub struct Connection {
    socket: Arc<Socket>,
    peer_addr: SocketAddr,
    time_limit: Cell<TimeLimit>,
}

#[derive(Clone, Copy, Debug)]
enum TimeLimit {
    /// For all reads and writes together: each gets the time that is left.
    Deadline(Instant),
    /// For each read and write by itself: the socket's own timeouts, which cost no system call per message.
    Idle,
}

impl Connection {
    pub(crate) fn new(socket: Arc<Socket>, peer_addr: SocketAddr, deadline: Duration) -> Connection {
        Connection { socket, peer_addr, time_limit: Cell::new(TimeLimit::Deadline(Instant::now() + deadline)) }
    }

    /// Returns the client's address.
    pub fn peer_addr(&self) -> SocketAddr {
        self.peer_addr
    }

    /// Begins a session: from now on, each read and each write may take this long. Does nothing if time is up already.
    ///
    /// # Errors
    /// Returns an error if the duration is zero.
    pub fn set_idle_timeout(&self, idle: Duration) -> io::Result<()> {
        if self.is_open() {
            self.socket.stream.set_read_timeout(Some(idle))?;
            self.socket.stream.set_write_timeout(Some(idle))?;
            self.time_limit.set(TimeLimit::Idle);
        }
        Ok(())
    }

    /// Sets a deadline for everything from now on together. Does nothing if time is up already.
    pub fn set_deadline(&self, time: Duration) {
        if self.is_open() {
            self.time_limit.set(TimeLimit::Deadline(Instant::now() + time));
        }
    }

    /// Shuts down the write half, then discards input until the client closes, for at most 250 ms or 1 MiB.
    ///
    /// A connection that is closed with bytes unread is reset, and the reset can overtake what was sent last (RFC 1122,
    /// section 4.2.2.13).
    pub fn lingering_close(&self) {
        const MAX_DISCARDED: usize = 1 << 20;
        let end = Instant::now() + DRAIN_TIMEOUT;
        let mut stream = &self.socket.stream;
        if stream.shutdown(Shutdown::Write).is_err() {
            return;
        }
        let (mut buffer, mut discarded) = ([0; 4096], 0);
        // `set_read_timeout` rejects zero, which ends the loop.
        while discarded < MAX_DISCARDED && stream.set_read_timeout(Some(end - Instant::now().min(end))).is_ok() {
            match stream.read(&mut buffer) {
                Ok(0) | Err(_) => return,
                Ok(count) => discarded += count,
            }
        }
    }

    /// Whether the server is shutting down, so that the end of this connection is not its client's fault.
    pub fn is_shutting_down(&self) -> bool {
        self.socket.close_cause() == Some(CloseCause::Shutdown)
    }

    fn is_open(&self) -> bool {
        if let TimeLimit::Deadline(deadline) = self.time_limit.get()
            && Instant::now() >= deadline
        {
            self.socket.set_close_cause(CloseCause::Timeout);
        }
        self.socket.close_cause().is_none()
    }

    /// Returns the time that is left before the deadline and `extra`, or `None` if the socket has its own timeouts.
    fn time_left(&self, extra: Duration) -> io::Result<Option<Duration>> {
        let TimeLimit::Deadline(deadline) = self.time_limit.get() else { return Ok(None) };
        let left = (deadline + extra).saturating_duration_since(Instant::now());
        if left.is_zero() { Err(ErrorKind::TimedOut.into()) } else { Ok(Some(left)) }
    }

    /// Replaces an error, or an end of input that the server caused itself, by the reason for it.
    fn explain(&self, result: io::Result<usize>) -> io::Result<usize> {
        if let Err(error) = &result
            && matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
        {
            self.socket.set_close_cause(CloseCause::Timeout);
            if let TimeLimit::Idle = self.time_limit.get() {
                // From here on the handler has the drain timeout.
                self.time_limit.set(TimeLimit::Deadline(Instant::now()));
            }
        }
        match self.socket.close_cause() {
            None => result,
            Some(CloseCause::Timeout) => Err(io::Error::new(ErrorKind::TimedOut, "the deadline passed")),
            Some(CloseCause::Shutdown) => {
                Err(io::Error::new(ErrorKind::ConnectionAborted, "the server is shutting down"))
            }
        }
    }
}

impl Read for &Connection {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut read = || {
            if let Some(left) = self.time_left(Duration::ZERO)? {
                self.socket.stream.set_read_timeout(Some(left))?;
            }
            (&self.socket.stream).read(buffer)
        };
        // After a shutdown of the read half, Linux still delivers what arrives, so the cause is looked at first.
        let result = if self.socket.close_cause().is_some() { Ok(0) } else { read() };
        self.explain(result)
    }
}

impl Write for &Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let write = || {
            if let Some(left) = self.time_left(DRAIN_TIMEOUT)? {
                self.socket.stream.set_write_timeout(Some(left))?;
            }
            (&self.socket.stream).write(bytes)
        };
        write().or_else(|error| self.explain(Err(error)))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The part of a connection that the connection table shares: it can be closed from another thread.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: TcpStream,
    /// A [`CloseCause`], or 0.
    close_cause: AtomicU8,
}

/// Why the server ended a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CloseCause {
    Timeout = 1,
    Shutdown = 2,
}

impl Socket {
    pub(crate) fn new(stream: TcpStream) -> Socket {
        Socket { stream, close_cause: AtomicU8::new(0) }
    }

    pub(crate) fn close_cause(&self) -> Option<CloseCause> {
        match self.close_cause.load(Relaxed) {
            0 => None,
            1 => Some(CloseCause::Timeout),
            _ => Some(CloseCause::Shutdown),
        }
    }

    /// Ends reads because the server shuts down, also one that is waiting.
    pub(crate) fn end_reads(&self) {
        self.set_close_cause(CloseCause::Shutdown);
        // It fails if the client has closed already; then there is nothing to end.
        let _ = self.stream.shutdown(Shutdown::Read);
    }

    /// Ends reads and writes, also those that are waiting.
    pub(crate) fn end_all(&self) {
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    /// The first cause stays.
    fn set_close_cause(&self, cause: CloseCause) {
        let _ = self.close_cause.compare_exchange(0, cause as u8, Relaxed, Relaxed);
    }
}
