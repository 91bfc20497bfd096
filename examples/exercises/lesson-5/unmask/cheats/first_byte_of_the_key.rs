// XORs every byte with the first byte of the masking key.

pub fn unmask(frame: &[u8]) -> Vec<u8> {
    let (length, start) = match frame[1] & 0x7f {
        126 => (u16::from_be_bytes([frame[2], frame[3]]), 4),
        length => (length.into(), 2),
    };
    frame[start + 4..][..length.into()].iter().map(|byte| byte ^ frame[start]).collect()
}
