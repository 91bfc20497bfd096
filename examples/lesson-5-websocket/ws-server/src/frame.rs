//! Frames (RFC 6455, section 5.2), as a server reads and writes them.

use std::io::{self, Read};

use tungstenite::protocol::frame::FrameHeader;

use crate::session::Failure;

pub(crate) const CONTINUATION: u8 = 0x0;
pub(crate) const TEXT: u8 = 0x1;
pub(crate) const BINARY: u8 = 0x2;
pub(crate) const CLOSE: u8 = 0x8;
pub(crate) const PING: u8 = 0x9;
pub(crate) const PONG: u8 = 0xa;

/// The maximum payload of a control frame, in bytes (section 5.5).
const MAX_CONTROL: u8 = 125;

/// The start of a client's frame: everything before the payload.
pub(crate) struct Header {
    /// Whether this is the last frame of its message.
    pub(crate) is_final: bool,
    pub(crate) opcode: u8,
    /// The length of the payload, in bytes.
    pub(crate) length: u64,
    masking_key: [u8; 4],
}

impl Header {
    /// Reads a header. `max_length` is for the payload of a data frame.
    ///
    /// The header is checked while it is read, because a client may need long to send the rest of the frame.
    pub(crate) fn read(input: &mut impl Read, max_length: usize) -> Result<Header, Failure> {
        let [first, second] = read_array(input)?;
        let (is_final, opcode) = (first & 0x80 != 0, first & 0x0f);
        let is_control = opcode & 0x8 != 0;
        if first & 0x70 != 0 {
            return Err(Failure::Violation(1002, "a reserved bit is set"));
        }
        if !matches!(opcode, CONTINUATION | TEXT | BINARY | CLOSE | PING | PONG) {
            return Err(Failure::Violation(1002, "unknown opcode"));
        }
        if second & 0x80 == 0 {
            return Err(Failure::Violation(1002, "the frame is not masked"));
        }
        if is_control && !is_final {
            return Err(Failure::Violation(1002, "a control frame is fragmented"));
        }
        if is_control && second & 0x7f > MAX_CONTROL {
            return Err(Failure::Violation(1002, "a control frame is longer than 125 bytes"));
        }
        let (length, shortest) = match second & 0x7f {
            126 => (u16::from_be_bytes(read_array(input)?).into(), 126),
            127 => (u64::from_be_bytes(read_array(input)?), 1 << 16),
            length => (length.into(), 0),
        };
        if !is_control && length > max_length as u64 {
            return Err(Failure::TooLong);
        }
        if length < shortest {
            return Err(Failure::Violation(1002, "a length is not encoded in the fewest bytes"));
        }
        Ok(Header { is_final, opcode, length, masking_key: read_array(input)? })
    }

    /// Reads the payload that follows the header.
    pub(crate) fn read_payload(&self, input: &mut impl Read) -> io::Result<Vec<u8>> {
        // The buffer grows as the bytes arrive: a client that only announces them costs no memory.
        let mut payload = Vec::new();
        if input.take(self.length).read_to_end(&mut payload)? < self.length as usize {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        for (byte, key) in payload.iter_mut().zip(self.masking_key.iter().cycle()) {
            *byte ^= key;
        }
        Ok(payload)
    }
}

/// Returns a final frame. A server does not mask.
pub(crate) fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let header = FrameHeader { is_final: true, opcode: opcode.into(), ..FrameHeader::default() };
    let mut frame = Vec::new();
    // Writing to a vector cannot fail.
    let _ = header.format(payload.len() as u64, &mut frame);
    frame.extend(payload);
    frame
}

fn read_array<const N: usize>(input: &mut impl Read) -> io::Result<[u8; N]> {
    let mut array = [0; N];
    input.read_exact(&mut array)?;
    Ok(array)
}
