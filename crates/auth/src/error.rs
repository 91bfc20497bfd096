use std::{fmt, io};

use rand::rngs::SysError;

use crate::Key;

/// A message of a handshake, or a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandshakeMessage {
    /// From server to client.
    Nonce,
    /// From client to server.
    Response,
    /// From server to client, in a [mutual](crate::mutual) handshake.
    Greeting,
    /// From client to server, in a mutual handshake.
    NonceAndProof,
    /// From server to client, in a mutual handshake.
    Proof,
}

/// Why a handshake ended without a verdict.
#[derive(Debug)]
pub enum Error {
    /// The operating system has no random bytes for a nonce.
    NoRandomness(SysError),
    /// The peer closed the connection, or its sending half, before the message was complete.
    Closed {
        /// The message that the peer had to send.
        message: HandshakeMessage,
        /// The number of bytes that arrived.
        received: usize,
        /// The length of the whole message, in bytes.
        expected: usize,
    },
    /// The stream failed, or its deadline passed, while this side sent the message.
    Send(HandshakeMessage, io::Error),
    /// The stream failed, or its deadline passed, while this side received the message.
    Receive(HandshakeMessage, io::Error),
    /// The server's greeting is not that of a [mutual](crate::mutual) handshake.
    OtherProtocol,
    /// The server closed the connection instead of sending its proof.
    ProofRejected,
    /// The server does not hold the key, or somebody changed a message on its way.
    WrongProof,
}

/// Why a key is not usable.
#[derive(Debug)]
pub enum KeyError {
    /// The key has no bytes, so it proves nothing.
    Empty,
    /// The key has more than [`Key::MAX_LEN`] bytes.
    TooLong,
    /// The key file cannot be read.
    Unreadable(io::Error),
}

impl fmt::Display for HandshakeMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            HandshakeMessage::Nonce => "nonce",
            HandshakeMessage::Response => "response",
            HandshakeMessage::Greeting => "greeting",
            HandshakeMessage::NonceAndProof => "nonce and proof",
            HandshakeMessage::Proof => "proof",
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoRandomness(_) => f.write_str("the operating system has no random bytes for a nonce"),
            Error::Closed { message, received: 0, .. } => {
                write!(f, "the peer closed the connection before sending its {message}")
            }
            Error::Closed { message, received, expected } => {
                write!(f, "the peer closed the connection after {received} of the {expected} bytes of its {message}")
            }
            Error::Send(message, _) => write!(f, "cannot send the {message}"),
            Error::Receive(message, _) => write!(f, "cannot receive the {message}"),
            Error::OtherProtocol => f.write_str("the server does not speak open-sesame/2"),
            Error::ProofRejected => {
                f.write_str("the server rejected our proof and closed the connection; do both sides use the same key?")
            }
            Error::WrongProof => f.write_str("the server's proof is wrong: it does not hold the key"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::NoRandomness(source) => Some(source),
            Error::Closed { .. } | Error::OtherProtocol | Error::ProofRejected | Error::WrongProof => None,
            Error::Send(_, source) | Error::Receive(_, source) => Some(source),
        }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyError::Empty => f.write_str("the key is empty"),
            KeyError::TooLong => write!(f, "the key is longer than {} bytes", Key::MAX_LEN),
            KeyError::Unreadable(_) => f.write_str("cannot read the key file"),
        }
    }
}

impl std::error::Error for KeyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            KeyError::Empty | KeyError::TooLong => None,
            KeyError::Unreadable(source) => Some(source),
        }
    }
}
