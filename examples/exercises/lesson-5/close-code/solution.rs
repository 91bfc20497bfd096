//! Chooses the code with which a server closes a session after a frame.

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
            let (key, masked) = frame[2..].split_at(4);
            let payload: Vec<u8> = masked.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect();
            str::from_utf8(&payload).is_err().then_some(1007)
        }
        0x2 => Some(1003),
        0x9 | 0xa if is_final && length <= 125 => None,
        _ => Some(1002),
    }
}
