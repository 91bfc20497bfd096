use std::io::{ErrorKind, Read, Write};

use crate::{Error, HandshakeMessage, Key, Nonce, Response, Scheme};

/// The conclusion of the server from a client's response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a verdict that nobody looks at lets everyone in"]
pub enum Verdict {
    /// The client holds the key.
    Accepted,
    /// The client does not hold the key: its response is wrong or too long.
    Rejected,
}

/// The server's side: sends a fresh nonce, reads the response and checks it.
///
/// # Errors
/// Returns an error if no complete response arrives. A wrong response is not an error, but a [`Verdict`].
pub fn challenge<S: Read + Write>(mut peer: S, key: &Key, scheme: Scheme) -> Result<Verdict, Error> {
    let nonce = Nonce::random()?;
    send(&mut peer, HandshakeMessage::Nonce, nonce.as_ref())?;
    let mut buffer = vec![0; scheme.read_len()];
    let received = receive(&mut peer, HandshakeMessage::Response, &mut buffer, scheme.response_len())?;
    let is_right = scheme.response(key, nonce).matches(&buffer[..received]);
    Ok(if is_right { Verdict::Accepted } else { Verdict::Rejected })
}

/// The client's side: reads the nonce and sends the response. Returns both, for the program to show.
///
/// # Errors
/// Returns an error if no complete nonce arrives, or the response cannot be sent.
pub fn respond<S: Read + Write>(mut peer: S, key: &Key, scheme: Scheme) -> Result<(Nonce, Response), Error> {
    let mut nonce = [0; Nonce::LEN];
    receive(&mut peer, HandshakeMessage::Nonce, &mut nonce, Nonce::LEN)?;
    let nonce = Nonce::from(nonce);
    let response = scheme.response(key, nonce);
    send(&mut peer, HandshakeMessage::Response, response.as_bytes())?;
    Ok((nonce, response))
}

pub(crate) fn send(peer: &mut impl Write, message: HandshakeMessage, bytes: &[u8]) -> Result<(), Error> {
    peer.write_all(bytes).and_then(|()| peer.flush()).map_err(|error| Error::Send(message, error))
}

/// Reads until `expected` bytes have arrived. Returns how many are in `buffer`: more only if they arrived together.
pub(crate) fn receive(
    peer: &mut impl Read,
    message: HandshakeMessage,
    buffer: &mut [u8],
    expected: usize,
) -> Result<usize, Error> {
    let mut received = 0;
    while received < expected {
        match peer.read(&mut buffer[received..]) {
            Ok(0) => return Err(Error::Closed { message, received, expected }),
            Ok(count) => received += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::Receive(message, error)),
        }
    }
    Ok(received)
}
