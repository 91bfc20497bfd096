//! A client's side of a connection: where to connect, and a deadline for each exchange.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use cli::Address;

/// The longest answer that [`TimedStream::ask`] takes, in bytes.
pub const MAX_REPLY: usize = 128 * 1024;

/// The options that every client has; to be flattened into a program's own.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Where the server listens
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:9527")]
    pub connect: Address,
    /// How long to wait for the server, each time it is asked
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = humantime::parse_duration)]
    pub deadline: Duration,
}

impl Options {
    /// A connection to the server, with the first exchange's deadline running.
    ///
    /// # Errors
    /// [`cli::Error`], which says what to do.
    pub fn connect(&self) -> Result<TimedStream, cli::Error> {
        let start = Instant::now();
        let stream = self.connect.connect(self.deadline)?;
        Ok(TimedStream { stream, allowed: self.deadline, end: start + self.deadline })
    }
}

/// A connected [`TcpStream`] whose reads and writes end at the deadline of the exchange, however many they are.
#[derive(Debug)]
pub struct TimedStream {
    stream: TcpStream,
    allowed: Duration,
    end: Instant,
}

impl TimedStream {
    /// Another exchange begins, with all the time that one may take.
    pub fn restart_deadline(&mut self) {
        self.end = Instant::now() + self.allowed;
    }

    /// Sends one request and returns its answer, which is all that the server sends before it closes.
    ///
    /// # Errors
    /// What the socket says, the deadline, no answer at all, or one longer than [`MAX_REPLY`].
    pub fn request(mut self, request: &[u8]) -> io::Result<Vec<u8>> {
        self.write_all(request)?;
        let mut answer = Vec::new();
        self.take(MAX_REPLY as u64 + 1).read_to_end(&mut answer)?;
        match answer.len() {
            0 => Err(io::Error::new(ErrorKind::UnexpectedEof, "the server closed the connection without an answer")),
            1..=MAX_REPLY => Ok(answer),
            _ => Err(io::Error::new(ErrorKind::InvalidData, format!("the answer is longer than {MAX_REPLY} bytes"))),
        }
    }

    fn time_left(&self) -> io::Result<Option<Duration>> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(self.timed_out()) } else { Ok(Some(left)) }
    }

    fn timed_out(&self) -> io::Error {
        let allowed = humantime::format_duration(self.allowed);
        io::Error::new(ErrorKind::TimedOut, format!("the server did not finish within {allowed}"))
    }

    fn told(&self, error: io::Error) -> io::Error {
        match error.kind() {
            // As Unix tells of a socket's time-out.
            ErrorKind::WouldBlock | ErrorKind::TimedOut => self.timed_out(),
            // Never as a broken pipe: by that name the end of whoever reads standard output is known.
            _ if is_closed(&error) => io::Error::new(ErrorKind::ConnectionReset, "the server cut the connection"),
            _ => error,
        }
    }
}

/// Whether the error is that the server has closed the connection, in whichever way that shows.
pub fn is_closed(error: &io::Error) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
}

impl Read for TimedStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(self.time_left()?)?;
        self.stream.read(buffer).map_err(|error| self.told(error))
    }
}

impl Write for TimedStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(self.time_left()?)?;
        self.stream.write(bytes).map_err(|error| self.told(error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
