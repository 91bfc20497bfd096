use std::fmt;

use crate::{LEN, Timestamp, is_timestamp, may_become_timestamp};

/// A message on its way back from a server that stamps each piece of it as it arrives.
///
/// Nothing on the wire tells where an answer ends, and where the network broke the message there are further stamps
/// inside. But the sender knows what it sent: the answer is whole when, stamps aside, all of that has come back.
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
    stamp: Option<Timestamp>,
    /// What came and may be the beginning of a stamp: fewer than [`LEN`] bytes.
    held: Vec<u8>,
}

impl<'a> EchoReader<'a> {
    /// An answer to `message` of which nothing has come yet.
    pub fn new(message: &'a [u8]) -> EchoReader<'a> {
        EchoReader { missing: message, message, stamp: None, held: Vec::new() }
    }

    /// Takes the next bytes of the answer.
    ///
    /// # Errors
    /// [`NotAnEcho`] where they are neither a stamp nor what was sent.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), NotAnEcho> {
        self.held.extend_from_slice(bytes);
        let held = std::mem::take(&mut self.held);
        let mut rest = &held[..];
        while !rest.is_empty() && !self.waits_for_more_than(rest) {
            rest = self.take_stamp_or_text(rest)?;
        }
        self.held = rest.to_vec();
        Ok(())
    }

    /// Whether all of the message has come back.
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }

    /// The message behind the first of its stamps.
    pub fn timestamped(&self) -> Vec<u8> {
        let stamp = self.stamp.as_ref().map_or(&[][..], |stamp| stamp);
        [stamp, self.message].concat()
    }

    /// Whether only more bytes can tell a stamp from text that looks like one.
    fn waits_for_more_than(&self, bytes: &[u8]) -> bool {
        // All that is missing is known by being that; but an answer begins with a stamp.
        let is_the_rest = self.stamp.is_some() && bytes == self.missing;
        bytes.len() < LEN && may_become_timestamp(bytes) && !is_the_rest
    }

    fn take_stamp_or_text<'b>(&mut self, bytes: &'b [u8]) -> Result<&'b [u8], NotAnEcho> {
        // Text that looks like a stamp is known by being what is missing; but an answer begins with a stamp.
        if is_timestamp(bytes) && (self.stamp.is_none() || !self.missing.starts_with(&bytes[..LEN])) {
            let (stamp, rest) = bytes.split_at(LEN);
            self.stamp.get_or_insert_with(|| std::array::from_fn(|i| stamp[i]));
            return Ok(rest);
        }
        let next_bracket = bytes[1..].iter().position(|byte| *byte == b'[').map_or(bytes.len(), |at| at + 1);
        let (text, rest) = bytes.split_at(next_bracket);
        self.missing = self.missing.strip_prefix(text).ok_or(NotAnEcho)?;
        Ok(rest)
    }
}

/// The server answered with something that was not sent to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnEcho;

impl fmt::Display for NotAnEcho {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server's reply is not an echo of the message")
    }
}

impl std::error::Error for NotAnEcho {}
