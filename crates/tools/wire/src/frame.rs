//! The header of a frame (RFC 6455, section 5.2), by hand: two bytes and a length are less than a library to read them.

use std::fmt;

const FIN: u8 = 0x80;
const RESERVED: u8 = 0x70;
const OPCODE: u8 = 0x0f;
const MASK: u8 = 0x80;
const LEN: u8 = 0x7f;
/// The length stands in the next two bytes.
const LEN_IN_2: u8 = 126;
/// The length stands in the next eight bytes.
const LEN_IN_8: u8 = 127;

/// What a frame says of itself before its masking key and its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameHeader {
    /// What kind of frame it is.
    pub opcode: Opcode,
    /// Whether it is the last of its message.
    pub is_final: bool,
    /// Whether a masking key follows, and the payload is masked with it.
    pub is_masked: bool,
    /// How many bytes of payload follow.
    pub len: u64,
}

/// The kind of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opcode {
    /// More of the message that a frame before began.
    Continuation,
    /// A message that is text.
    Text,
    /// A message of bytes.
    Binary,
    /// The end, with a code and a reason.
    Close,
    /// Asks for a pong.
    Ping,
    /// Answers a ping.
    Pong,
}

impl FrameHeader {
    /// The header, once all of it is there.
    pub(crate) fn of(bytes: &[u8]) -> Option<FrameHeader> {
        let (first, second) = (*bytes.first()?, *bytes.get(1)?);
        let len = match second & LEN {
            LEN_IN_2 => u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?).into(),
            LEN_IN_8 => u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?),
            len => len.into(),
        };
        let opcode = Opcode::of(first)?;
        Some(FrameHeader { opcode, is_final: first & FIN != 0, is_masked: second & MASK != 0, len })
    }

    /// Whether the bytes are a header, or can become one: without extensions, the reserved bits are 0.
    pub(crate) fn may_begin_with(bytes: &[u8]) -> bool {
        let Some(first) = bytes.first() else { return true };
        let Some(opcode) = Opcode::of(*first) else { return false };
        let len = bytes.get(1).map_or(0, |second| second & LEN);
        let is_short_and_whole = len < LEN_IN_2 && first & FIN != 0;
        first & RESERVED == 0
            && (!opcode.is_control() || is_short_and_whole)
            && (len != LEN_IN_8 || bytes.get(2).is_none_or(|highest| highest & 0x80 == 0))
    }
}

impl Opcode {
    /// The kind that the first byte of a frame tells.
    fn of(first: u8) -> Option<Opcode> {
        Some(match first & OPCODE {
            0x0 => Opcode::Continuation,
            0x1 => Opcode::Text,
            0x2 => Opcode::Binary,
            0x8 => Opcode::Close,
            0x9 => Opcode::Ping,
            0xa => Opcode::Pong,
            _ => return None,
        })
    }

    /// Whether it is about the connection, and may stand between the frames of a message.
    pub fn is_control(self) -> bool {
        matches!(self, Opcode::Close | Opcode::Ping | Opcode::Pong)
    }
}

/// `text, final, 5 bytes, masked`
impl fmt::Display for FrameHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let opcode = match self.opcode {
            Opcode::Continuation => "continuation",
            Opcode::Text => "text",
            Opcode::Binary => "binary",
            Opcode::Close => "close",
            Opcode::Ping => "ping",
            Opcode::Pong => "pong",
        };
        let end = if self.is_final { "final" } else { "not final" };
        let s = if self.len == 1 { "" } else { "s" };
        let mask = if self.is_masked { "masked" } else { "unmasked" };
        write!(f, "{opcode}, {end}, {} byte{s}, {mask}", self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_when_all_of_it_is_there() {
        for (bytes, said) in [
            (&b"\x81\x05"[..], "text, final, 5 bytes, unmasked"),
            (b"\x01\x83", "text, not final, 3 bytes, masked"),
            (b"\x80\x01", "continuation, final, 1 byte, unmasked"),
            (b"\x82\x7e\x01\x00", "binary, final, 256 bytes, unmasked"),
            (b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00", "binary, final, 65536 bytes, unmasked"),
            (b"\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff", "binary, final, 9223372036854775807 bytes, masked"),
            (b"\x88\x80", "close, final, 0 bytes, masked"),
            (b"\x89\x7d", "ping, final, 125 bytes, unmasked"),
            (b"\x8a\x00", "pong, final, 0 bytes, unmasked"),
        ] {
            assert_eq!(FrameHeader::of(bytes).map(|header| header.to_string()).as_deref(), Some(said));
            for len in 0..bytes.len() {
                assert_eq!(FrameHeader::of(&bytes[..len]), None, "{said}");
                assert!(FrameHeader::may_begin_with(&bytes[..len]), "{said}");
            }
            assert!(FrameHeader::may_begin_with(bytes), "{said}");
        }
    }

    #[test]
    fn what_the_protocol_forbids_is_no_header() {
        for (bytes, why) in [
            (&b"\x83"[..], "an opcode kept for later"),
            (b"\x8b", "a control opcode kept for later"),
            (b"\xc1", "a reserved bit"),
            (b"\x91", "a reserved bit"),
            (b"\x09", "a control frame in pieces"),
            (b"\x89\x7e", "a long control frame"),
            (b"\x88\xff", "a long control frame"),
            (b"\x82\x7f\x80", "a length of 64 bits"),
        ] {
            assert!(!FrameHeader::may_begin_with(bytes), "{why}");
            assert!(FrameHeader::may_begin_with(&bytes[..bytes.len() - 1]), "{why}");
        }
    }
}
