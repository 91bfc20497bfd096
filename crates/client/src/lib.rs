//! The client's side of a connection: its options, and a deadline for each exchange.

use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use cli::Address;

/// The longest reply that [`TimedStream::request`] accepts, in bytes.
pub const MAX_REPLY: usize = 128 * 1024;

/// The options that every client has.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Address of the server
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:9527")]
    pub connect: Address,
    /// Time limit for each exchange with the server
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = cli::nonzero_duration)]
    pub deadline: Duration,
}

/// A connected [`TcpStream`] with a deadline for all reads and writes of an exchange together.
#[derive(Debug)]
pub struct TimedStream {
    stream: TcpStream,
    allowed: Duration,
    end: Instant,
}

impl TimedStream {
    /// Wraps a connected stream. The deadline of the first exchange begins now.
    pub fn new(stream: TcpStream, deadline: Duration) -> TimedStream {
        TimedStream { stream, allowed: deadline, end: Instant::now() + deadline }
    }

    /// Begins another exchange, with a new deadline.
    pub fn restart_deadline(&mut self) {
        self.end = Instant::now() + self.allowed;
    }

    /// Sends one request and returns the reply, which is all that the server sends before it closes.
    ///
    /// # Errors
    /// Returns an error if the stream fails, the deadline passes, or the reply is empty or longer than [`MAX_REPLY`].
    pub fn request(mut self, request: &[u8]) -> io::Result<Vec<u8>> {
        self.write_all(request)?;
        let mut reply = Vec::new();
        self.take(MAX_REPLY as u64 + 1).read_to_end(&mut reply)?;
        match reply.len() {
            0 => Err(io::Error::new(ErrorKind::UnexpectedEof, "the server closed the connection without a reply")),
            1..=MAX_REPLY => Ok(reply),
            _ => Err(io::Error::new(ErrorKind::InvalidData, format!("the reply is longer than {MAX_REPLY} bytes"))),
        }
    }

    fn time_left(&self) -> io::Result<Option<Duration>> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(self.timed_out()) } else { Ok(Some(left)) }
    }

    fn timed_out(&self) -> io::Error {
        let allowed = humantime::format_duration(self.allowed);
        io::Error::new(ErrorKind::TimedOut, format!("the server did not respond within {allowed}"))
    }

    fn explain(&self, error: io::Error) -> io::Error {
        match error.kind() {
            // On Unix, this is how a socket reports a timeout.
            ErrorKind::WouldBlock | ErrorKind::TimedOut => self.timed_out(),
            // Not as a broken pipe: `cli::exit_code` takes that for a closed standard output.
            _ if is_closed(&error) => io::Error::new(ErrorKind::ConnectionReset, "the server closed the connection"),
            _ => error,
        }
    }
}

/// Whether the error means that the server has closed the connection.
pub fn is_closed(error: &io::Error) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
}

impl Read for TimedStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(self.time_left()?)?;
        self.stream.read(buffer).map_err(|error| self.explain(error))
    }
}

impl Write for TimedStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(self.time_left()?)?;
        self.stream.write(bytes).map_err(|error| self.explain(error))
    }

    /// TLS sends several records at a time.
    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.stream.set_write_timeout(self.time_left()?)?;
        self.stream.write_vectored(pieces).map_err(|error| self.explain(error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
