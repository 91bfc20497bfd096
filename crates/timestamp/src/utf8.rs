//! Where the characters of a UTF-8 text begin and end (RFC 3629, section 3).

/// Splits the text after the rest of a character that lacks `missing` bytes.
pub fn split_rest(text: &[u8], missing: usize) -> (&[u8], &[u8]) {
    let length = text.iter().take(missing).take_while(|byte| is_continuation(**byte)).count();
    text.split_at(length)
}

/// Returns how many bytes the last character lacks: 0 if it is complete or not UTF-8.
pub fn missing_bytes(text: &[u8]) -> usize {
    for (present, byte) in (1..).zip(text.iter().rev().take(3)) {
        if !is_continuation(*byte) {
            return character_length(*byte).saturating_sub(present);
        }
    }
    0
}

/// Returns the length of a character of several bytes by its first byte: 0 if none begins with it.
fn character_length(first: u8) -> usize {
    match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 0,
    }
}

fn is_continuation(byte: u8) -> bool {
    matches!(byte, 0x80..=0xbf)
}
