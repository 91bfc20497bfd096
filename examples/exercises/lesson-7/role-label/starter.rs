//! Decides what a proof covers.

/// Returns the bytes whose HMAC is the proof of the client or the server.
pub fn covered(role: &str, server_nonce: &[u8], client_nonce: &[u8]) -> Vec<u8> {
    // Weak: each side responds to the challenge of the other side, and covers nothing else.
    if role == "client" { server_nonce.to_vec() } else { client_nonce.to_vec() }
}
