//! WebSocket as bytes ([RFC 6455](https://www.rfc-editor.org/rfc/rfc6455)): frames, and the RFC's own handshake.
//!
//! A library hides what a dissector shows and what a rude test sends, so this is written by hand.
//!
//! ```
//! use wire::websocket::{FIN, Frame, TEXT};
//!
//! let sent = Frame::text("Hello").masked([0x37, 0xfa, 0x21, 0x3d]).encode();
//! assert_eq!(sent, b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
//!
//! let received = Frame::read_from(&sent[..])?;
//! assert_eq!((received.first_byte, &received.payload[..]), (FIN | TEXT, &b"Hello"[..]));
//! # Ok::<(), std::io::Error>(())
//! ```

use std::fmt;
use std::io::{self, Read};

/// Marks the last frame of a message.
pub const FIN: u8 = 0x80;

/// The opcode of a frame that continues a message.
pub const CONTINUATION: u8 = 0x0;
/// The opcode of a text message.
pub const TEXT: u8 = 0x1;
/// The opcode of a binary message.
pub const BINARY: u8 = 0x2;
/// The opcode of a close frame.
pub const CLOSE: u8 = 0x8;
/// The opcode of a ping.
pub const PING: u8 = 0x9;
/// The opcode of a pong.
pub const PONG: u8 = 0xa;

/// The request of a client that opens a connection, with the key of RFC 6455, section 1.3.
pub const REQUEST: &str = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                           Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
/// The response of a server that accepts [`REQUEST`].
pub const RESPONSE: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                            Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
/// The value of `Sec-WebSocket-Accept` in [`RESPONSE`].
pub const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

const RESERVED: u8 = 0x70;
const OPCODE: u8 = 0x0f;
const CONTROL: u8 = 0x08;
const MASKED: u8 = 0x80;
const LEN: u8 = 0x7f;
/// The length is in the next two bytes.
const LEN_IN_2: u8 = 126;
/// The length is in the next eight bytes.
const LEN_IN_8: u8 = 127;

/// A frame (section 5.2). Nothing prevents one that the RFC forbids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// [`FIN`], the reserved bits and the opcode.
    pub first_byte: u8,
    /// The key that masks the payload. Clients mask, servers do not.
    pub masking_key: Option<[u8; 4]>,
    /// The payload before it is masked.
    pub payload: Vec<u8>,
}

/// The first 2 to 10 bytes of a frame, before its masking key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameHeader {
    /// [`FIN`], the reserved bits and the opcode.
    pub first_byte: u8,
    /// Whether a masking key follows.
    pub is_masked: bool,
    /// The length of the payload.
    pub len: u64,
}

impl Frame {
    /// Creates an unmasked frame.
    pub fn new(first_byte: u8, payload: impl Into<Vec<u8>>) -> Frame {
        Frame { first_byte, masking_key: None, payload: payload.into() }
    }

    /// Creates an unmasked text message in one frame.
    pub fn text(text: &str) -> Frame {
        Frame::new(FIN | TEXT, text)
    }

    /// Creates an unmasked close frame with a close code and a reason, which may be empty.
    pub fn close(code: u16, reason: &str) -> Frame {
        Frame::new(FIN | CLOSE, [&code.to_be_bytes(), reason.as_bytes()].concat())
    }

    /// Masks the frame, as a client must.
    pub fn masked(self, masking_key: [u8; 4]) -> Frame {
        Frame { masking_key: Some(masking_key), ..self }
    }

    /// Returns the frame as it is sent.
    pub fn encode(&self) -> Vec<u8> {
        let Frame { first_byte, masking_key, ref payload } = *self;
        let header = FrameHeader { first_byte, is_masked: masking_key.is_some(), len: payload.len() as u64 };
        let mut bytes = header.encode();
        bytes.extend(masking_key.iter().flatten());
        let start = bytes.len();
        bytes.extend(payload);
        mask(&mut bytes[start..], masking_key.unwrap_or_default());
        bytes
    }

    /// Reads one frame and unmasks its payload.
    ///
    /// # Errors
    /// Returns an error if the whole frame cannot be read.
    pub fn read_from(mut reader: impl Read) -> io::Result<Frame> {
        let mut header = Vec::new();
        loop {
            let mut byte = [0];
            reader.read_exact(&mut byte)?;
            header.extend(byte);
            let Some(FrameHeader { first_byte, is_masked, len }) = FrameHeader::decode(&header) else { continue };
            let mut masking_key = is_masked.then_some([0; 4]);
            masking_key.iter_mut().try_for_each(|key| reader.read_exact(key))?;
            let mut payload = Vec::new();
            if reader.take(len).read_to_end(&mut payload)? as u64 != len {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            mask(&mut payload, masking_key.unwrap_or_default());
            return Ok(Frame { first_byte, masking_key, payload });
        }
    }
}

/// Masks a payload, or unmasks a masked one (section 5.3).
fn mask(payload: &mut [u8], masking_key: [u8; 4]) {
    payload.iter_mut().zip(masking_key.iter().cycle()).for_each(|(byte, key)| *byte ^= key);
}

impl FrameHeader {
    /// Returns the header as it is sent.
    pub fn encode(self) -> Vec<u8> {
        let masked = if self.is_masked { MASKED } else { 0 };
        let mut bytes = vec![self.first_byte];
        match self.len {
            len @ 0..126 => bytes.push(masked | len as u8),
            len @ 126..65536 => {
                bytes.push(masked | LEN_IN_2);
                bytes.extend((len as u16).to_be_bytes());
            }
            len => {
                bytes.push(masked | LEN_IN_8);
                bytes.extend(len.to_be_bytes());
            }
        }
        bytes
    }

    /// Reads the header at the start of `bytes`, or returns `None` if it is not complete.
    pub fn decode(bytes: &[u8]) -> Option<FrameHeader> {
        let (first_byte, second) = (*bytes.first()?, *bytes.get(1)?);
        let len = match second & LEN {
            LEN_IN_2 => u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?).into(),
            LEN_IN_8 => u64::from_be_bytes(*bytes.get(2..)?.first_chunk()?),
            len => len.into(),
        };
        Some(FrameHeader { first_byte, is_masked: second & MASKED != 0, len })
    }

    /// Returns what kind of frame it is, such as [`TEXT`].
    pub fn opcode(self) -> u8 {
        self.first_byte & OPCODE
    }

    /// Returns whether the frame is the last of its message.
    pub fn is_final(self) -> bool {
        self.first_byte & FIN != 0
    }

    /// Returns whether the bytes are a valid header or the beginning of one. Without extensions, the reserved bits are 0.
    pub(crate) fn may_begin_with(bytes: &[u8]) -> bool {
        let Some(first) = bytes.first() else { return true };
        let len = bytes.get(1).map_or(0, |second| second & LEN);
        let is_short_and_final = len < LEN_IN_2 && first & FIN != 0;
        first & RESERVED == 0
            && opcode_name(first & OPCODE).is_some()
            && (!is_control(first & OPCODE) || is_short_and_final)
            && (len != LEN_IN_8 || bytes.get(2).is_none_or(|highest| highest & 0x80 == 0))
    }
}

/// Returns whether frames with this opcode concern the connection. They may come between the frames of a message.
pub fn is_control(opcode: u8) -> bool {
    opcode & CONTROL != 0
}

fn opcode_name(opcode: u8) -> Option<&'static str> {
    Some(match opcode {
        CONTINUATION => "continuation",
        TEXT => "text",
        BINARY => "binary",
        CLOSE => "close",
        PING => "ping",
        PONG => "pong",
        _ => return None,
    })
}

/// Describes the header: `text, final, 5 bytes, masked`.
impl fmt::Display for FrameHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let opcode = opcode_name(self.opcode()).unwrap_or("unknown opcode");
        let end = if self.is_final() { "final" } else { "not final" };
        let s = if self.len == 1 { "" } else { "s" };
        let mask = if self.is_masked { "masked" } else { "unmasked" };
        write!(f, "{opcode}, {end}, {} byte{s}, {mask}", self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6455, section 5.7, and the lengths at which a header grows.
    #[test]
    fn a_header_is_decoded_when_it_is_complete_and_encoded_to_the_same_bytes() {
        for (bytes, description) in [
            (&b"\x81\x05"[..], "text, final, 5 bytes, unmasked"),
            (b"\x01\x83", "text, not final, 3 bytes, masked"),
            (b"\x80\x01", "continuation, final, 1 byte, unmasked"),
            (b"\x82\x7e\x01\x00", "binary, final, 256 bytes, unmasked"),
            (b"\x82\x7e\x00\x7e", "binary, final, 126 bytes, unmasked"),
            (b"\x82\x7e\xff\xff", "binary, final, 65535 bytes, unmasked"),
            (b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00", "binary, final, 65536 bytes, unmasked"),
            (b"\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff", "binary, final, 9223372036854775807 bytes, masked"),
            (b"\x88\x80", "close, final, 0 bytes, masked"),
            (b"\x89\x7d", "ping, final, 125 bytes, unmasked"),
            (b"\x8a\x00", "pong, final, 0 bytes, unmasked"),
        ] {
            let header = FrameHeader::decode(bytes);
            assert_eq!(header.map(|header| header.to_string()).as_deref(), Some(description));
            assert_eq!(header.map(FrameHeader::encode).as_deref(), Some(bytes));
            for len in 0..bytes.len() {
                assert_eq!(FrameHeader::decode(&bytes[..len]), None, "{description}");
                assert!(FrameHeader::may_begin_with(&bytes[..len]), "{description}");
            }
            assert!(FrameHeader::may_begin_with(bytes), "{description}");
        }
    }

    #[test]
    fn a_header_that_the_rfc_forbids_is_recognized_at_its_first_wrong_byte() {
        for (bytes, why) in [
            (&b"\x83"[..], "a reserved opcode"),
            (b"\x8b", "a reserved control opcode"),
            (b"\xc1", "a reserved bit"),
            (b"\x91", "a reserved bit"),
            (b"\x09", "a fragmented control frame"),
            (b"\x89\x7e", "a long control frame"),
            (b"\x88\xff", "a long control frame"),
            (b"\x82\x7f\x80", "a length of 64 bits"),
        ] {
            assert!(!FrameHeader::may_begin_with(bytes), "{why}");
            assert!(FrameHeader::may_begin_with(&bytes[..bytes.len() - 1]), "{why}");
        }
    }

    #[test]
    fn a_frame_is_read_to_its_end_and_no_further() {
        for payload in [vec![], vec![b'a'; 5], vec![b'b'; 126], vec![b'c'; 65536]] {
            for frame in [Frame::new(FIN | BINARY, payload.clone()), Frame::new(PING, payload).masked([1, 2, 3, 4])] {
                let bytes = [frame.encode(), b"more".to_vec()].concat();
                let mut reader = &bytes[..];
                assert_eq!(Frame::read_from(&mut reader).ok(), Some(frame));
                assert_eq!(reader, b"more");
                for len in [0, 1, bytes.len() - 5] {
                    assert!(Frame::read_from(&bytes[..len]).is_err(), "{len}");
                }
            }
        }
        assert_eq!(Frame::close(1008, "bye").encode(), b"\x88\x05\x03\xf0bye");
    }
}
