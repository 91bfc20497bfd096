//! What the echo server sends back for the pieces of a text.

/// Returns the pieces with a timestamp before each.
pub fn echo(pieces: &[Vec<u8>], timestamp: &[u8]) -> Vec<u8> {
    let mut sent = Vec::new();
    for piece in pieces {
        // Weak: the piece may begin in the middle of a character.
        sent.extend_from_slice(timestamp);
        sent.extend_from_slice(piece);
    }
    sent
}
