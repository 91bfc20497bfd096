//! The other side of a handshake, over a stream that breaks everything into pieces.

use std::io::{self, ErrorKind, Read, Write};

use auth::Scheme;
use proptest::collection::vec;
use proptest::prelude::*;

/// How many bytes each read and each write moves, over and over; 0 stands for an interruption.
pub(crate) type Pieces = Vec<usize>;

/// A peer that hears what is written to it, and says something when it is first read from.
pub(crate) struct Peer<F> {
    pieces: std::iter::Cycle<std::vec::IntoIter<usize>>,
    says: Option<F>,
    /// What it says and nobody has read yet.
    pub(crate) unread: Vec<u8>,
    /// What was written to it.
    pub(crate) heard: Vec<u8>,
}

impl<F: FnOnce(&[u8]) -> Vec<u8>> Peer<F> {
    /// A peer that says what `says` makes of what it has heard.
    pub(crate) fn new(pieces: Pieces, says: F) -> Peer<F> {
        Peer { pieces: pieces.into_iter().cycle(), says: Some(says), unread: Vec::new(), heard: Vec::new() }
    }

    fn next_piece(&mut self) -> io::Result<usize> {
        match self.pieces.next() {
            Some(0) | None => Err(ErrorKind::Interrupted.into()),
            Some(count) => Ok(count),
        }
    }
}

impl<F: FnOnce(&[u8]) -> Vec<u8>> Read for Peer<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(says) = self.says.take() {
            self.unread = says(&self.heard);
        }
        let count = self.next_piece()?.min(buffer.len()).min(self.unread.len());
        buffer[..count].copy_from_slice(&self.unread[..count]);
        self.unread.drain(..count);
        Ok(count)
    }
}

impl<F: FnOnce(&[u8]) -> Vec<u8>> Write for Peer<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.next_piece()?.min(bytes.len());
        self.heard.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Any pieces, with interruptions between them; never interruptions alone.
pub(crate) fn pieces() -> impl Strategy<Value = Pieces> {
    (vec(0..40_usize, 0..12), 1..40_usize).prop_map(|(mut pieces, last)| {
        pieces.push(last);
        pieces
    })
}

/// Any scheme.
pub(crate) fn scheme() -> impl Strategy<Value = Scheme> {
    prop_oneof![Just(Scheme::Md5Hex), Just(Scheme::Md5), Just(Scheme::Sha256)]
}

/// The bytes of any key; short ones, as keys are.
pub(crate) fn key() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 1..100)
}
