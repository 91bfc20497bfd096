use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use crate::register::{Register, nanos};

/// A client's connection, as its handler gets it: to read from and to write to, as a [`TcpStream`] is.
///
/// It has a deadline. When that passes, the server cuts the connection, and whatever read or write is under way in
/// the handler, however its client drew it out, ends with [`ErrorKind::TimedOut`].
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
        Connection { stream, peer, register, deadline, idle: AtomicU64::new(0), cut: AtomicU8::new(0) }
    }

    /// The client's address.
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// The handshake is done and a session begins: from now on the deadline is `idle` after the last read.
    pub fn begin_session(&self, idle: Duration) {
        self.idle.store(nanos(idle), Relaxed);
        self.deadline.store(self.register.in_nanos(idle), Relaxed);
        self.register.look_every(idle);
    }

    pub(crate) fn deadline(&self) -> u64 {
        self.deadline.load(Relaxed)
    }

    /// Ends all reads and writes, those under way too.
    pub(crate) fn cut(&self, why: Cut) {
        if self.cut.compare_exchange(0, why as u8, Relaxed, Relaxed).is_ok() {
            // It fails where the client has gone already, which is as good.
            let _ = self.stream.shutdown(Shutdown::Both);
        }
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
