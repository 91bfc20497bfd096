use std::fmt;

use crate::{LEN, Timestamp, is_timestamp, may_become_timestamp};

/// Reads an echo: a message that comes back from a server that puts a timestamp before each piece that it received.
///
/// Nothing on the wire marks the end of an echo. If the network split the message, there are further timestamps inside.
/// But the client knows what it sent: the echo is complete when, apart from timestamps, all of that has come back.
///
/// ```
/// # use timestamp::EchoReader;
/// let mut echo = EchoReader::new(b"hello");
/// echo.feed(b"[Thu May 10 22:00:19 2018] hel")?;
/// assert!(!echo.is_complete());
/// echo.feed(b"[Thu May 10 22:00:20 2018] lo")?;
/// assert!(echo.is_complete());
/// assert_eq!(echo.timestamped(), b"[Thu May 10 22:00:19 2018] hello");
/// # Ok::<(), timestamp::NotAnEcho>(())
/// ```
#[derive(Debug)]
pub struct EchoReader<'a> {
    missing: &'a [u8],
    message: &'a [u8],
    timestamp: Option<Timestamp>,
    /// Bytes that may be the beginning of a timestamp: fewer than [`LEN`].
    held: Vec<u8>,
}

impl<'a> EchoReader<'a> {
    /// Creates a reader for the echo of `message`.
    pub fn new(message: &'a [u8]) -> EchoReader<'a> {
        EchoReader { missing: message, message, timestamp: None, held: Vec::new() }
    }

    /// Adds the next bytes from the server.
    ///
    /// # Errors
    /// Returns an error if the bytes are neither a timestamp nor part of the message.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), NotAnEcho> {
        let held = [&self.held, bytes].concat();
        let mut rest = &held[..];
        while !rest.is_empty() && !self.needs_more_than(rest) {
            rest = self.strip_timestamp_or_text(rest)?;
        }
        self.held = rest.to_vec();
        Ok(())
    }

    /// Whether all of the message has come back.
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }

    /// Returns the message with the first timestamp before it.
    pub fn timestamped(&self) -> Vec<u8> {
        let timestamp = self.timestamp.as_ref().map_or(&[][..], |timestamp| timestamp);
        [timestamp, self.message].concat()
    }

    /// Whether these bytes may be part of a timestamp or of the message, so that only more bytes can tell.
    fn needs_more_than(&self, bytes: &[u8]) -> bool {
        // Exactly what is missing completes the echo; but an echo begins with a timestamp.
        let is_the_rest = self.timestamp.is_some() && bytes == self.missing;
        bytes.len() < LEN && may_become_timestamp(bytes) && !is_the_rest
    }

    fn strip_timestamp_or_text<'b>(&mut self, bytes: &'b [u8]) -> Result<&'b [u8], NotAnEcho> {
        // A message may contain text that looks like a timestamp; but an echo begins with a real one.
        if is_timestamp(bytes) && (self.timestamp.is_none() || !self.missing.starts_with(&bytes[..LEN])) {
            let (timestamp, rest) = bytes.split_at(LEN);
            self.timestamp = self.timestamp.or(timestamp.try_into().ok());
            return Ok(rest);
        }
        let next_bracket = bytes[1..].iter().position(|byte| *byte == b'[').map_or(bytes.len(), |at| at + 1);
        let (text, rest) = bytes.split_at(next_bracket);
        self.missing = self.missing.strip_prefix(text).ok_or(NotAnEcho)?;
        Ok(rest)
    }
}

/// The server replied with something that was not sent to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnEcho;

impl fmt::Display for NotAnEcho {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server's reply is not an echo of the message")
    }
}

impl std::error::Error for NotAnEcho {}
