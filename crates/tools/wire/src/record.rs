//! TLS as records ([RFC 8446, section 5.1](https://www.rfc-editor.org/rfc/rfc8446#section-5.1)): all that somebody in
//! between can name.

/// The maximum length of what a record contains. Encryption adds up to 256 bytes (section 5.2).
const MAX_LEN: u16 = 1 << 14;

/// The first 5 bytes of a record: its content type, a version that is no longer used, and the length of what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordHeader {
    /// The name of the content type. In TLS 1.3, everything that is encrypted is `application data`, also the rest of the
    /// handshake and most alerts.
    pub content_type: &'static str,
    /// The length of what follows.
    pub len: u16,
}

impl RecordHeader {
    /// The length of the header itself.
    pub const LEN: usize = 5;

    /// Reads the header at the start of `bytes`, or returns `None` if it is not complete or not valid.
    pub fn decode(bytes: &[u8]) -> Option<RecordHeader> {
        let [content_type, 3, 1..=3, high, low, ..] = *bytes else { return None };
        let (content_type, max_len) = match content_type {
            20 => ("change cipher spec", MAX_LEN),
            21 => ("alert", MAX_LEN),
            22 => ("handshake", MAX_LEN),
            23 => ("application data", MAX_LEN + 256),
            _ => return None,
        };
        let len = u16::from_be_bytes([high, low]);
        (len <= max_len).then_some(RecordHeader { content_type, len })
    }

    /// Returns whether the bytes are a valid header or the beginning of one.
    pub(crate) fn may_begin_with(bytes: &[u8]) -> bool {
        let mut header = *b"\x17\x03\x03\0\0";
        header.iter_mut().zip(bytes).for_each(|(default, byte)| *default = *byte);
        RecordHeader::decode(&header).is_some()
    }
}
