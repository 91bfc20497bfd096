// Asks whether the masked payload is UTF-8.

const MAX_MESSAGE: u8 = 40;

/// Returns the close code, or `None` if the frame is fine.
pub fn close_code(frame: &[u8]) -> Option<u16> {
    let (first, second) = (frame[0], frame[1]);
    let (is_final, opcode, length) = (first & 0x80 != 0, first & 0x0f, second & 0x7f);
    if first & 0x70 != 0 || second & 0x80 == 0 {
        return Some(1002);
    }
    match opcode {
        0x1 if length > MAX_MESSAGE => Some(1009),
        0x1 => {
            let masked = &frame[6..];
            str::from_utf8(masked).is_err().then_some(1007)
        }
        0x2 => Some(1003),
        0x9 | 0xa if is_final && length <= 125 => None,
        _ => Some(1002),
    }
}
