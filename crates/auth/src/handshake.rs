use std::io::{ErrorKind, Read, Write};

use crate::{Error, Key, Message, Nonce, Response, Scheme};

/// What the challenger thinks of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a verdict that is not looked at lets everyone in"]
pub enum Verdict {
    /// The peer holds the key.
    Accepted,
    /// It does not: its answer is another, or longer.
    Rejected,
}

/// The server's side: sends a new nonce, reads the answer, judges it.
///
/// # Errors
/// A wrong answer is a [`Verdict`]; an [`Error`] means that there was no whole answer to judge.
pub fn challenge<S: Read + Write>(mut peer: S, key: &Key, scheme: Scheme) -> Result<Verdict, Error> {
    let nonce = Nonce::random()?;
    send(&mut peer, Message::Nonce, nonce.as_ref())?;
    let mut buffer = [0; Response::MAX_LEN];
    let received = receive(&mut peer, Message::Response, &mut buffer[..scheme.read_len()], scheme.response_len())?;
    let answer = Response::new(&buffer[..received]);
    Ok(if answer.matches(&scheme.response(key, nonce)) { Verdict::Accepted } else { Verdict::Rejected })
}

/// The client's side: reads the nonce and answers it. Returns both, to be shown; the verdict is not sent.
///
/// # Errors
/// [`Error::Closed`] where the peer sends less than a nonce, [`Error::Receive`] where the stream fails.
pub fn respond<S: Read + Write>(mut peer: S, key: &Key, scheme: Scheme) -> Result<(Nonce, Response), Error> {
    let mut nonce = [0; Nonce::LEN];
    receive(&mut peer, Message::Nonce, &mut nonce, Nonce::LEN)?;
    let nonce = Nonce::from(nonce);
    let answer = scheme.response(key, nonce);
    send(&mut peer, Message::Response, answer.as_bytes())?;
    Ok((nonce, answer))
}

fn send(peer: &mut impl Write, part: Message, bytes: &[u8]) -> Result<(), Error> {
    peer.write_all(bytes).and_then(|()| peer.flush()).map_err(|source| Error::Send { part, source })
}

/// Reads until `wanted` bytes are in `buffer`, and returns how many came; more only where they came at once.
fn receive(peer: &mut impl Read, part: Message, buffer: &mut [u8], wanted: usize) -> Result<usize, Error> {
    let mut received = 0;
    while received < wanted {
        match peer.read(&mut buffer[received..]) {
            Ok(0) => return Err(Error::Closed { part, received, wanted }),
            Ok(count) => received += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(source) => return Err(Error::Receive { part, source }),
        }
    }
    Ok(received)
}
