use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::Key;

/// How the answer to a challenge is computed (RFC 2104) and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// HMAC-MD5 as 32 lower-case hexadecimal characters: the gate. The answer is all that a client says.
    Md5Hex,
    /// HMAC-MD5 as 16 raw bytes: the echo. A session may follow at once.
    Md5,
    /// HMAC-SHA-256 as 32 raw bytes: what a new program would use.
    Sha256,
}

impl Scheme {
    /// What a holder of `key` answers to `message`, which in a handshake is the nonce: HMAC(key, message).
    pub fn response(self, key: &Key, message: impl AsRef<[u8]>) -> Response {
        let (key, message) = (key.as_bytes(), message.as_ref());
        match self {
            Scheme::Md5Hex => Response::new(&hex(&mac::<Hmac<Md5>>(key, message))),
            Scheme::Md5 => Response::new(&mac::<Hmac<Md5>>(key, message)),
            Scheme::Sha256 => Response::new(&mac::<Hmac<Sha256>>(key, message)),
        }
    }

    /// The length of an answer, in bytes.
    pub fn response_len(self) -> usize {
        match self {
            Scheme::Md5Hex | Scheme::Sha256 => 32,
            Scheme::Md5 => 16,
        }
    }

    /// How many bytes the challenger takes in before it judges.
    pub(crate) fn read_len(self) -> usize {
        match self {
            // Nothing may follow a gate's answer, so one byte more is room enough to see that it is too long.
            Scheme::Md5Hex => self.response_len() + 1,
            Scheme::Md5 | Scheme::Sha256 => self.response_len(),
        }
    }
}

#[expect(clippy::expect_used, reason = "HMAC is defined for a key of any length")]
fn mac<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> hmac::digest::Output<M> {
    let mut mac = <M as KeyInit>::new_from_slice(key).expect("a key of any length will do");
    mac.update(message);
    mac.finalize().into_bytes()
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| DIGITS[usize::from(digit)]).collect()
}

/// What a peer answered, or should have: at most [`Response::MAX_LEN`] bytes.
#[derive(Clone)]
pub struct Response {
    bytes: [u8; Response::MAX_LEN],
    len: usize,
}

impl Response {
    /// The longest answer of any scheme and one byte more, so that one too long can be held and be wrong.
    pub const MAX_LEN: usize = 33;

    /// An answer of the first [`Response::MAX_LEN`] of `bytes`.
    pub fn new(bytes: &[u8]) -> Response {
        let mut answer = Response { bytes: [0; Response::MAX_LEN], len: bytes.len().min(Response::MAX_LEN) };
        answer.bytes[..answer.len].copy_from_slice(&bytes[..answer.len]);
        answer
    }

    /// The answer as it goes over the wire.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// Whether the two are the same, in a time that tells nothing of where or how far they differ:
    /// `hmac.compare_digest` in Python.
    pub fn matches(&self, other: &Response) -> bool {
        (self.bytes.ct_eq(&other.bytes) & self.len.ct_eq(&other.len)).into()
    }
}
