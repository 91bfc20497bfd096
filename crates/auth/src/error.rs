use std::{fmt, io};

use rand::rngs::SysError;

use crate::Key;

/// Which of the two messages of a handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// From server to client.
    Nonce,
    /// From client to server.
    Response,
}

/// Why a handshake came to no verdict.
#[derive(Debug)]
pub enum Error {
    /// The operating system had no random bytes for a nonce.
    NoRandomness(SysError),
    /// The peer closed the connection (or its sending half) after `received` of `wanted` bytes.
    Closed {
        /// What it was to send.
        part: Message,
        /// How many bytes of it came.
        received: usize,
        /// How many bytes it has.
        wanted: usize,
    },
    /// The stream failed, or its deadline passed, while a message was sent.
    Send {
        /// The message.
        part: Message,
        /// The stream's error.
        source: io::Error,
    },
    /// The stream failed, or its deadline passed, while a message was received.
    Receive {
        /// The message.
        part: Message,
        /// The stream's error.
        source: io::Error,
    },
}

/// Why bytes are no key.
#[derive(Debug)]
pub enum KeyError {
    /// A key of no bytes proves nothing.
    Empty,
    /// More than [`Key::MAX_LEN`] bytes.
    TooLong,
    /// The key file could not be read.
    Unreadable(io::Error),
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Message::Nonce => "nonce",
            Message::Response => "response",
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoRandomness(_) => f.write_str("the operating system has no random bytes for a nonce"),
            Error::Closed { part, received: 0, .. } => {
                write!(f, "the peer closed the connection before sending its {part}")
            }
            Error::Closed { part, received, wanted } => {
                write!(f, "the peer closed the connection after {received} of the {wanted} bytes of its {part}")
            }
            Error::Send { part, .. } => write!(f, "cannot send the {part}"),
            Error::Receive { part, .. } => write!(f, "cannot receive the {part}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::NoRandomness(source) => Some(source),
            Error::Closed { .. } => None,
            Error::Send { source, .. } | Error::Receive { source, .. } => Some(source),
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
