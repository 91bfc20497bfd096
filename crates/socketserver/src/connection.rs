use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use crate::register::{Register, nanos};

/// How long a handler has for a last word once its connection is cut.
pub(crate) const LAST_WORDS: Duration = Duration::from_millis(250);

/// A client's connection, as its handler gets it: to read from and to write to, as a [`TcpStream`] is.
///
/// It has a deadline. When that passes, the server cuts the connection: whatever read is under way in the handler,
/// however its client drew it out, ends with [`ErrorKind::TimedOut`]. The handler may still tell its client why; a
/// quarter of a second later writing ends too.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    peer: SocketAddr,
    register: Arc<Register>,
    /// When it is cut, in nanoseconds since the register was begun.
    deadline: AtomicU64,
    /// What each message of a session may take, in nanoseconds; 0 while the first deadline runs.
    idle: AtomicU64,
    cut: AtomicU8,
    /// Once it is cut: when writing ends too, in nanoseconds since the register was begun.
    end: AtomicU64,
}

/// Why the server cut a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Cut {
    Deadline = 1,
    Ending = 2,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream, peer: SocketAddr, register: Arc<Register>, allowed: Duration) -> Connection {
        let deadline = AtomicU64::new(register.in_nanos(allowed));
        let (idle, cut, end) = (AtomicU64::new(0), AtomicU8::new(0), AtomicU64::new(u64::MAX));
        Connection { stream, peer, register, deadline, idle, cut, end }
    }

    /// The client's address.
    pub fn peer_addr(&self) -> SocketAddr {
        self.peer
    }

    /// The handshake is done and a session begins: from now on the deadline is `idle` after the last read.
    pub fn set_idle_timeout(&self, idle: Duration) {
        self.idle.store(nanos(idle), Relaxed);
        self.deadline.store(self.register.in_nanos(idle), Relaxed);
        self.register.look_every(idle);
    }

    /// From now on the deadline is after this time, whatever is read until then: for a whole message, in however many pieces.
    pub fn set_deadline(&self, time: Duration) {
        self.idle.store(0, Relaxed);
        self.deadline.store(self.register.in_nanos(time), Relaxed);
        self.register.look_every(time);
    }

    /// Says nothing more, and lets go what the client still says until it closes too, for a quarter of a second or a
    /// mebibyte. A connection that is closed with bytes unread is reset, and that can overtake what was said last (RFC
    /// 1122, section 4.2.2.13).
    pub fn lingering_close(&self) {
        const MOST: usize = 1 << 20;
        let end = Instant::now() + LAST_WORDS;
        let (mut piece, mut count) = ([0; 4096], 0);
        let mut more = self.stream.shutdown(Shutdown::Write).is_ok();
        while more && count < MOST {
            let left = end.saturating_duration_since(Instant::now());
            // No time left is no time-out that the system takes.
            more = self.stream.set_read_timeout(Some(left)).is_ok()
                && (&self.stream).read(&mut piece).is_ok_and(|read| {
                    count += read;
                    read > 0
                });
        }
    }

    /// Whether it was cut because the server ends, which is no fault of its client.
    pub fn is_shutting_down(&self) -> bool {
        self.why_cut() == Some(Cut::Ending)
    }

    /// Cuts it if its deadline has passed, as of `now`, and ends it when its last words have had their time. Returns when
    /// to look again. Times are in nanoseconds since the register was begun.
    pub(crate) fn keep(&self, now: u64) -> u64 {
        if self.why_cut().is_none() {
            let deadline = self.deadline.load(Relaxed);
            if now < deadline {
                return deadline;
            }
            self.cut(Cut::Deadline);
        }
        let end = self.end.load(Relaxed);
        if now < end {
            return end;
        }
        self.end_all();
        u64::MAX
    }

    /// Ends all reads, one under way too.
    pub(crate) fn cut(&self, why: Cut) {
        if self.cut.compare_exchange(0, why as u8, Relaxed, Relaxed).is_ok() {
            self.end.store(self.register.in_nanos(LAST_WORDS), Relaxed);
            // It fails where the client has gone already, which is as good.
            let _ = self.stream.shutdown(Shutdown::Read);
        }
    }

    /// Ends all writes too, one under way too.
    pub(crate) fn end_all(&self) {
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    pub(crate) fn why_cut(&self) -> Option<Cut> {
        match self.cut.load(Relaxed) {
            0 => None,
            1 => Some(Cut::Deadline),
            _ => Some(Cut::Ending),
        }
    }

    /// A cut shows as an end of input or a broken pipe; told is why.
    fn told(&self, ended: io::Result<usize>) -> io::Result<usize> {
        match self.why_cut() {
            None => ended,
            Some(Cut::Deadline) => Err(io::Error::new(ErrorKind::TimedOut, "the deadline passed")),
            Some(Cut::Ending) => Err(io::Error::new(ErrorKind::ConnectionAborted, "the server is ending")),
        }
    }
}

impl Read for &Connection {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.why_cut().is_some() {
            // Linux goes on to hand out what comes after the cut.
            return self.told(Ok(0));
        }
        match (&self.stream).read(buffer) {
            Ok(count) if count > 0 => {
                let idle = self.idle.load(Relaxed);
                if idle > 0 {
                    self.deadline.store(self.register.in_nanos(Duration::from_nanos(idle)), Relaxed);
                }
                Ok(count)
            }
            ended => self.told(ended),
        }
    }
}

impl Write for &Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match (&self.stream).write(bytes) {
            Ok(count) => Ok(count),
            failed => self.told(failed),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
