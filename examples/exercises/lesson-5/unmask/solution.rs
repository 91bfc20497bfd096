//! Takes the payload out of a client's frame.

/// Returns the payload of the frame at the beginning of these bytes, without its mask.
pub fn unmask(frame: &[u8]) -> Vec<u8> {
    let (length, start) = match frame[1] & 0x7f {
        126 => (u16::from_be_bytes([frame[2], frame[3]]), 4),
        length => (length.into(), 2),
    };
    let (key, rest) = frame[start..].split_at(4);
    let masked = &rest[..length.into()];
    masked.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect()
}
