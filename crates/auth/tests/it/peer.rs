//! The other side of a handshake, over a stream that fragments everything.

use std::io::{self, ErrorKind, Read, Write};

use auth::Scheme;
use proptest::collection::vec;
use proptest::prelude::*;

/// How many bytes each read and write transfers, in turn and from the start again; 0 is an interruption.
pub(crate) type Pieces = Vec<usize>;

/// A peer that sends something when it is first read from, depending on what was written to it: after what is `unread`.
pub(crate) struct Peer<F> {
    pieces: std::iter::Cycle<std::vec::IntoIter<usize>>,
    send: Option<F>,
    /// What it sent and nobody has read yet.
    pub(crate) unread: Vec<u8>,
    /// What was written to it.
    pub(crate) received: Vec<u8>,
}

impl<F: FnOnce(&[u8]) -> Vec<u8>> Peer<F> {
    /// Creates a peer that sends what `send` makes of the bytes that it received.
    pub(crate) fn new(pieces: Pieces, send: F) -> Peer<F> {
        Peer { pieces: pieces.into_iter().cycle(), send: Some(send), unread: Vec::new(), received: Vec::new() }
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
        if self.unread.is_empty()
            && let Some(send) = self.send.take()
        {
            self.unread = send(&self.received);
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
        self.received.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Any pieces with any interruptions, but not only interruptions.
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

/// The bytes of a key. Short, as keys usually are.
pub(crate) fn key() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 1..100)
}
