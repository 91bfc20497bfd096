use std::io::{BufRead, BufReader, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

/// Maximum number of lines of a program, and of those that are read from each stream. More than any test or tool waits
/// for (a wiretap prints 262,144 rows for 4 MiB), and few enough for the memory.
const MAX_LINES: usize = 300_000;
/// Maximum number of bytes on each stream.
const MAX_BYTES: u64 = 1 << 26;

/// Where a program printed a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// A line that a program printed, without its ending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it was printed.
    pub stream: Stream,
    /// The text; U+FFFD replaces bytes that are not UTF-8.
    pub text: String,
    /// The bytes, unchanged.
    pub bytes: Vec<u8>,
}

/// The lines that a program prints.
#[derive(Debug)]
pub struct Lines {
    receiver: Receiver<Line>,
    seen: Vec<Line>,
}

impl Lines {
    /// Reads both streams in threads, so that a full pipe never blocks the program.
    pub(crate) fn new(out: impl Read + Send + 'static, err: impl Read + Send + 'static) -> Lines {
        let (sender, receiver) = channel();
        let err_sender = sender.clone();
        thread::spawn(move || forward(out, Stream::Out, &sender));
        thread::spawn(move || forward(err, Stream::Err, &err_sender));
        Lines { receiver, seen: Vec::new() }
    }

    /// Returns the next line, or `None` once the program has closed both streams.
    ///
    /// # Errors
    /// Returns an error if none comes within this time, or if there are too many lines.
    pub fn next(&mut self, wait: Duration) -> Result<Option<Line>> {
        match self.receiver.recv_timeout(wait) {
            Ok(line) => {
                ensure!(self.seen.len() < MAX_LINES, "the program printed more than {MAX_LINES} lines");
                self.seen.push(line.clone());
                Ok(Some(line))
            }
            Err(RecvTimeoutError::Disconnected) => Ok(None),
            Err(RecvTimeoutError::Timeout) => bail!("no line within {wait:?} after: {:?}", self.seen),
        }
    }

    /// Returns the next line that contains `part`, and skips the lines before it.
    pub fn find(&mut self, part: &str, wait: Duration) -> Result<Line> {
        let end = Instant::now() + wait;
        while let Some(line) = self.next(end.saturating_duration_since(Instant::now()))? {
            if line.text.contains(part) {
                return Ok(line);
            }
        }
        bail!("the program ended without a line that contains {part:?}: {:?}", self.seen)
    }

    /// Waits until the program has closed both streams, and returns all its lines, including those already read.
    pub fn all(mut self, wait: Duration) -> Result<Vec<Line>> {
        let end = Instant::now() + wait;
        while self.next(end.saturating_duration_since(Instant::now()))?.is_some() {}
        Ok(self.seen)
    }
}

fn forward(from: impl Read, stream: Stream, to: &Sender<Line>) {
    for line in BufReader::new(from.take(MAX_BYTES)).split(b'\n').take(MAX_LINES + 1) {
        let Ok(line) = line else { return };
        let bytes = line.strip_suffix(b"\r").unwrap_or(&line).to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if to.send(Line { stream, text, bytes }).is_err() {
            return;
        }
    }
}
