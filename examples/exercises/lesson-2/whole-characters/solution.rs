//! What the echo server sends back for the pieces of a text.

/// Returns the pieces with a timestamp before each, but never inside a character.
pub fn echo(pieces: &[Vec<u8>], timestamp: &[u8]) -> Vec<u8> {
    let mut sent = Vec::new();
    for piece in pieces {
        let at = piece.iter().position(|byte| !(0x80..=0xbf).contains(byte));
        let (rest, text) = piece.split_at(at.unwrap_or(piece.len()));
        sent.extend_from_slice(rest);
        if !text.is_empty() {
            sent.extend_from_slice(timestamp);
            sent.extend_from_slice(text);
        }
    }
    sent
}
