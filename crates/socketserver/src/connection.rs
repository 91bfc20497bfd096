use std::cell::Cell;
use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use crate::connection_table::ConnectionTable;

/// How long a handler may still write after its reads have ended, so that it can tell the client why.
pub(crate) const DRAIN_TIMEOUT: Duration = Duration::from_millis(250);

/// A client's connection, with a time limit. A handler reads from it and writes to it as to a [`TcpStream`].
///
/// When the time is up, reads fail with [`ErrorKind::TimedOut`], whatever the client sends meanwhile. When the server
/// shuts down, they fail with [`ErrorKind::ConnectionAborted`]. In both cases the handler can still write for 250 ms.
#[derive(Debug)]
pub struct Connection {
    pub(crate) stream: Arc<TcpStream>,
    peer_addr: SocketAddr,
    /// When reads end. `None` in a session: the stream's own timeouts limit each read and write, at no cost per message.
    deadline: Cell<Option<Instant>>,
    /// Whether the server has ended the reads of all its connections.
    reads_ended: Arc<AtomicBool>,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream, peer_addr: SocketAddr, table: &ConnectionTable) -> Connection {
        let deadline = Cell::new(Instant::now().checked_add(table.timeouts.deadline));
        Connection { stream: Arc::new(stream), peer_addr, deadline, reads_ended: Arc::clone(&table.reads_ended) }
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
        if !self.is_timed_out() {
            self.stream.set_read_timeout(Some(idle))?;
            self.stream.set_write_timeout(Some(idle))?;
            self.deadline.set(None);
        }
        Ok(())
    }

    /// Sets a deadline for everything from now on together. Does nothing if time is up already.
    pub fn set_deadline(&self, time: Duration) {
        if !self.is_timed_out() {
            self.deadline.set(Instant::now().checked_add(time));
        }
    }

    /// Shuts down the write half, then discards input until the client closes, for at most 250 ms or 1 MiB.
    ///
    /// A connection that is closed with bytes unread is reset, and the reset can overtake what was sent last (RFC 1122,
    /// section 4.2.2.13).
    pub fn lingering_close(&self) {
        const MAX_DISCARDED: usize = 1 << 20;
        let end = Instant::now() + DRAIN_TIMEOUT;
        if self.stream.shutdown(Shutdown::Write).is_ok() {
            let (mut buffer, mut discarded) = ([0; 4096], 0);
            while discarded < MAX_DISCARDED
                && let Ok(count @ 1..) = self.read_before(end, &mut buffer)
            {
                discarded += count;
            }
        }
    }

    /// Whether the server ends this connection because it shuts down, which is not the client's fault.
    pub fn is_shutting_down(&self) -> bool {
        self.reads_ended.load(Relaxed)
    }

    pub(crate) fn is_timed_out(&self) -> bool {
        self.deadline.get().is_some_and(|deadline| deadline <= Instant::now())
    }

    fn read_before(&self, end: Instant, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(time_until(end)?))?;
        self.stream.as_ref().read(buffer)
    }

    fn write_in_time(&self, write: impl FnOnce(&TcpStream) -> io::Result<usize>) -> io::Result<usize> {
        let set_timeout = || match self.deadline.get() {
            Some(deadline) => self.stream.set_write_timeout(Some(time_until(deadline + DRAIN_TIMEOUT)?)),
            None => Ok(()),
        };
        let result = set_timeout().and_then(|()| write(&self.stream));
        if result.is_err() { self.explain(result) } else { result }
    }

    /// Replaces the result of a read or write that the server ended by the reason for it.
    fn explain(&self, result: io::Result<usize>) -> io::Result<usize> {
        match result {
            _ if self.is_shutting_down() => {
                Err(io::Error::new(ErrorKind::ConnectionAborted, "the server is shutting down"))
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                // The end of the connection also in a session, and also if the timeout expired a moment early.
                let now = Instant::now();
                self.deadline.set(Some(self.deadline.get().map_or(now, |deadline| deadline.min(now))));
                Err(io::Error::new(ErrorKind::TimedOut, "the deadline passed"))
            }
            result => result,
        }
    }
}

impl Read for &Connection {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let result = match self.deadline.get() {
            Some(deadline) => self.read_before(deadline, buffer),
            None => self.stream.as_ref().read(buffer),
        };
        self.explain(result)
    }
}

impl Write for &Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_in_time(|mut stream| stream.write(bytes))
    }

    /// TLS sends several records at a time.
    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.write_in_time(|mut stream| stream.write_vectored(pieces))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn time_until(end: Instant) -> io::Result<Duration> {
    let left = end.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(ErrorKind::TimedOut.into()) } else { Ok(left) }
}
