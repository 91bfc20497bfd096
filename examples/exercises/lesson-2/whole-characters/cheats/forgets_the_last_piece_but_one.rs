// Looks for the beginning of the character only in the piece before, as if a character were never in three pieces.

pub fn echo(pieces: &[Vec<u8>], timestamp: &[u8]) -> Vec<u8> {
    let mut sent = Vec::new();
    let mut missing = 0;
    for piece in pieces {
        let (rest, text) = piece.split_at(missing.min(piece.len()));
        sent.extend_from_slice(rest);
        if !text.is_empty() {
            sent.extend_from_slice(timestamp);
            sent.extend_from_slice(text);
        }
        missing = missing_bytes(piece);
    }
    sent
}

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
