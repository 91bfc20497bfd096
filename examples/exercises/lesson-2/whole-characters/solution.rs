//! What the echo server sends back for the pieces of a text.

/// Returns the pieces with a timestamp before each, but never inside a character.
pub fn echo(pieces: &[Vec<u8>], timestamp: &[u8]) -> Vec<u8> {
    let mut sent = Vec::new();
    let mut missing = 0;
    for piece in pieces {
        let (rest, text) = piece.split_at(missing.min(piece.len()));
        sent.extend_from_slice(rest);
        missing -= rest.len();
        if !text.is_empty() {
            sent.extend_from_slice(timestamp);
            sent.extend_from_slice(text);
            missing = missing_bytes(text);
        }
    }
    sent
}

/// Returns how many bytes the last character lacks.
fn missing_bytes(text: &[u8]) -> usize {
    let Some(first) = text.iter().rposition(|byte| !(0x80..=0xbf).contains(byte)) else { return 0 };
    let length: usize = match text[first] {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        _ => 1,
    };
    length.saturating_sub(text.len() - first)
}
