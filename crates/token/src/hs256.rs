//! HS256 (RFC 7518, section 3.2): lesson 1's HMAC, over the text `header.claims`.

use auth::{Key, Scheme};
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::{DecodeError, Engine};

/// Returns the message with its signature after it.
pub(crate) fn sign(message: &str, key: &Key) -> String {
    format!("{message}.{}", encode(Scheme::Sha256.response(key, message).as_bytes()))
}

/// Whether a holder of the key signed the message. The time that this takes does not depend on where they differ.
pub(crate) fn is_signed(message: &str, signature: &[u8], key: &Key) -> bool {
    Scheme::Sha256.response(key, message).matches(signature)
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Strict: each byte string has exactly one accepted encoding.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, DecodeError> {
    URL_SAFE_NO_PAD.decode(text)
}
