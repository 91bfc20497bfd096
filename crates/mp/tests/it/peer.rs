//! A peer that knows the key and follows the protocol, except for one message. Its stream fragments everything.

use std::io::{self, ErrorKind, Read, Write};

use auth::Key;
use mp::{Authenticator, Error, send_bytes};

pub(crate) const KEY: &[u8] = b"open sesame key!";

/// Which side is tested; the peer is the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Listener,
    Client,
}

/// A message of the peer, in the order in which a listener receives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Response,
    Challenge,
    Verdict,
}

/// Makes another message of what the peer received and the right message.
type Forge<'a> = dyn Fn(&[u8], Vec<u8>) -> Vec<u8> + 'a;

pub(crate) struct Peer<'a> {
    /// How many bytes each read and write transfers, in turn; 0 is an interruption.
    pieces: Box<dyn Iterator<Item = usize> + 'a>,
    steps: std::vec::IntoIter<Step>,
    /// Which message it replaces, and by what: that depends on what it received.
    forged: Step,
    forge: Box<Forge<'a>>,
    /// What follows its last byte.
    end: Option<ErrorKind>,
    unread: Vec<u8>,
    /// What was written to it.
    pub(crate) received: Vec<u8>,
}

pub(crate) fn frame(message: &[u8]) -> Vec<u8> {
    let mut frame = Vec::new();
    send_bytes(&mut frame, message).expect("a vector takes everything");
    frame
}

pub(crate) fn authenticator() -> Authenticator {
    Authenticator::new(Key::new(KEY).expect("a key"))
}

impl Peer<'_> {
    pub(crate) fn new<'a>(
        side: Side,
        pieces: &'a [usize],
        forged: Step,
        forge: impl Fn(&[u8], Vec<u8>) -> Vec<u8> + 'a,
        end: Option<ErrorKind>,
    ) -> Peer<'a> {
        let steps = match side {
            Side::Listener => vec![Step::Response, Step::Challenge, Step::Verdict],
            Side::Client => vec![Step::Challenge, Step::Verdict, Step::Response],
        };
        let pieces = Box::new(pieces.iter().copied().cycle());
        let (unread, received) = (Vec::new(), Vec::new());
        Peer { pieces, steps: steps.into_iter(), forged, forge: Box::new(forge), end, unread, received }
    }

    /// Runs the handshake of this side with the peer.
    pub(crate) fn meet(&mut self, side: Side) -> Result<(), Error> {
        match side {
            Side::Listener => authenticator().accept(self),
            Side::Client => authenticator().connect(self),
        }
    }

    /// Whether the last message that it received is this one.
    pub(crate) fn received_last(&self, message: &[u8]) -> bool {
        self.received.ends_with(&frame(message))
    }

    fn message(&self, step: Step) -> Vec<u8> {
        let right = match step {
            // The challenge is the last thing that the other side sent.
            Step::Response => frame(&authenticator().response(&self.received[self.received.len() - 48..])),
            Step::Challenge => frame(&[b"#CHALLENGE#{sha256}", &[7; 40][..]].concat()),
            Step::Verdict => frame(b"#WELCOME#"),
        };
        if step == self.forged { (self.forge)(&self.received, right) } else { right }
    }

    fn next_piece(&mut self) -> io::Result<usize> {
        match self.pieces.next() {
            Some(0) | None => Err(ErrorKind::Interrupted.into()),
            Some(count) => Ok(count),
        }
    }
}

impl Read for Peer<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.next_piece()?.min(buffer.len());
        if self.unread.is_empty()
            && let Some(step) = self.steps.next()
        {
            self.unread = self.message(step);
            // After a message that is too short, nothing else comes.
            if step == self.forged && self.end.is_some() {
                self.steps = Vec::new().into_iter();
            }
        }
        let count = count.min(self.unread.len());
        match self.end {
            Some(kind) if count == 0 && kind != ErrorKind::UnexpectedEof => return Err(kind.into()),
            _ => {}
        }
        buffer[..count].copy_from_slice(&self.unread[..count]);
        self.unread.drain(..count);
        Ok(count)
    }
}

impl Write for Peer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.next_piece()?.min(bytes.len());
        self.received.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
