//! Decides what a proof covers.

/// Returns the bytes whose HMAC is the proof of the client or the server.
pub fn covered(role: &str, server_nonce: &[u8], client_nonce: &[u8]) -> Vec<u8> {
    [role.as_bytes(), server_nonce, client_nonce].concat()
}
