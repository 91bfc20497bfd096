use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::Key;

/// How the response to a challenge is computed (HMAC, [RFC 2104](https://www.rfc-editor.org/rfc/rfc2104)) and encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// HMAC-MD5 as 32 lower-case hexadecimal digits, for the gate. The client sends nothing else.
    Md5Hex,
    /// HMAC-MD5 as 16 raw bytes, for the echo. A session may follow immediately.
    Md5,
    /// HMAC-SHA-256 as 32 raw bytes, for new programs.
    Sha256,
}

impl Scheme {
    /// Computes HMAC(key, message). In a handshake the message is the nonce.
    pub fn response(self, key: &Key, message: impl AsRef<[u8]>) -> Response {
        let message = message.as_ref();
        Response(match self {
            Scheme::Md5Hex => {
                let mac = u128::from_be_bytes(mac::<Hmac<Md5>>(key, message).into());
                format!("{mac:032x}").into_bytes()
            }
            Scheme::Md5 => mac::<Hmac<Md5>>(key, message).to_vec(),
            Scheme::Sha256 => mac::<Hmac<Sha256>>(key, message).to_vec(),
        })
    }

    /// Returns the length of a response, in bytes.
    pub fn response_len(self) -> usize {
        match self {
            Scheme::Md5Hex | Scheme::Sha256 => 32,
            Scheme::Md5 => 16,
        }
    }

    /// Returns the maximum number of bytes that the server reads before it checks them.
    pub(crate) fn read_len(self) -> usize {
        match self {
            // Nothing may follow the gate's response. One extra byte shows that something did.
            Scheme::Md5Hex => self.response_len() + 1,
            Scheme::Md5 | Scheme::Sha256 => self.response_len(),
        }
    }
}

#[expect(clippy::expect_used, reason = "HMAC is defined for keys of any length")]
fn mac<M: Mac + KeyInit>(key: &Key, message: &[u8]) -> hmac::digest::Output<M> {
    let mut mac = <M as KeyInit>::new_from_slice(key.as_bytes()).expect("HMAC accepts keys of any length");
    mac.update(message);
    mac.finalize().into_bytes()
}

/// The right response to a challenge, as [`Scheme::response`] computes it.
#[derive(Clone)]
pub struct Response(Vec<u8>);

impl Response {
    /// Returns the bytes that go over the wire.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Compares with what a peer sent, like `hmac.compare_digest` in Python: the time that this takes does not
    /// depend on how many of the bytes are right.
    pub fn matches(&self, received: &[u8]) -> bool {
        self.0.ct_eq(received).into()
    }
}
