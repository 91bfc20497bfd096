use crate::handshake;
use crate::websocket::{self, FrameHeader};
use crate::{Direction, Field, Fields, Lesson, RecordHeader};

/// How many bytes of a field are kept: all of a field with a fixed length, and the name of any header that matters.
const KEPT: usize = 40;

/// Names the fields of what one side of a connection sends, piece by piece as it arrives.
///
/// Fields are recognized by their place and their form, because nothing else on the wire identifies them. So a message
/// that looks like a timestamp is called one where a timestamp may be: in the echo's replies, after the first.
///
/// A dissector keeps only a few bytes, however much it is fed.
#[derive(Clone, Debug)]
pub struct Dissector {
    fields: Fields,
    /// The number of the current field in `fields`; a frame counts as one field.
    number: usize,
    field: Field,
    /// The first bytes of the current field, unmasked.
    begun: Vec<u8>,
    /// How many bytes the current field has so far.
    len: usize,
    /// Whether an earlier piece ended inside the current field.
    is_continuation: bool,
    /// Whether frames follow the handshake.
    is_accepted: bool,
    /// The opcode of the current message, which continuation frames do not repeat.
    message: u8,
    payload: Payload,
}

/// The rest of a frame's payload.
#[derive(Clone, Debug)]
struct Payload {
    field: Field,
    left: u64,
    /// Rotated: its last byte was used last.
    masking_key: Option<[u8; 4]>,
}

/// The bytes of one field in one piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span<'a> {
    /// Which field it is. The end of a field may say more about it than its start.
    pub field: Field,
    /// Whether an earlier piece contained the start of the field.
    pub is_continuation: bool,
    /// The bytes as they were sent.
    pub bytes: &'a [u8],
    /// The bytes before they were masked, if they were.
    pub unmasked: Option<Vec<u8>>,
}

/// Why a field ends.
enum End {
    Complete,
    /// The next byte does not fit.
    Misfit,
}

impl Dissector {
    /// Creates a dissector for one direction of a connection in this lesson.
    pub fn new(lesson: &Lesson, direction: Direction) -> Dissector {
        let fields = lesson.fields(direction);
        let field = fields.get(0);
        Dissector {
            fields,
            number: 0,
            field,
            begun: Vec::new(),
            len: 0,
            is_continuation: false,
            is_accepted: true,
            message: websocket::CONTINUATION,
            payload: Payload { field, left: 0, masking_key: None },
        }
    }

    /// Splits the next piece into the fields that it contains.
    pub fn feed<'a>(&mut self, piece: &'a [u8]) -> Vec<Span<'a>> {
        let mut spans = Vec::new();
        let mut rest = piece;
        while !rest.is_empty() {
            let mut plain = Vec::new();
            let end = match self.field {
                Field::Message => self.take_message(rest, &mut plain),
                _ => rest.iter().find_map(|byte| self.take(*byte, &mut plain)),
            };
            let (bytes, others) = rest.split_at(plain.len());
            if !bytes.is_empty() {
                let is_masked = is_payload(self.field) && self.payload.masking_key.is_some();
                let unmasked = is_masked.then_some(plain);
                spans.push(Span { field: self.field, is_continuation: self.is_continuation, bytes, unmasked });
                self.is_continuation = true;
            }
            match end {
                Some(End::Complete) => self.field = self.next_field(),
                Some(End::Misfit) => self.field = self.field_after_misfit(),
                None => break,
            }
            self.begun.clear();
            self.len = 0;
            self.is_continuation = false;
            rest = others;
        }
        spans
    }

    /// Takes the part of a message that these bytes contain. A message ends only where the next field begins.
    fn take_message(&self, bytes: &[u8], plain: &mut Vec<u8>) -> Option<End> {
        let len = match self.fields.get(self.number + 1) {
            Field::LineEnding => line_len(bytes),
            Field::Timestamp => {
                (0..bytes.len()).find(|at| timestamp::is_timestamp(&bytes[*at..])).unwrap_or(bytes.len())
            }
            _ => bytes.len(),
        };
        plain.extend(&bytes[..len]);
        (len < bytes.len()).then_some(End::Complete)
    }

    /// Takes one byte, unless it does not fit.
    fn take(&mut self, byte: u8, plain: &mut Vec<u8>) -> Option<End> {
        let byte = if is_payload(self.field) { self.payload.take(byte) } else { byte };
        if self.begun.len() < KEPT {
            self.begun.push(byte);
            self.field = self.refined_field();
            if !self.field.may_begin_with(&self.begun) {
                return Some(End::Misfit);
            }
        }
        plain.push(byte);
        self.len += 1;
        self.is_complete(byte).then_some(End::Complete)
    }

    /// Returns the current field with everything that its first bytes say about it.
    fn refined_field(&self) -> Field {
        match self.field {
            Field::Header(_) if matches!(self.begun[..], [b'\r' | b'\n']) => Field::EmptyLine,
            Field::Header(_) => Field::Header(handshake::header(&self.begun)),
            Field::FrameHeader(_) => Field::FrameHeader(FrameHeader::decode(&self.begun)),
            Field::Length(_) => Field::Length(self.begun[..].try_into().ok().map(u32::from_be_bytes)),
            Field::CloseCode(_) => Field::CloseCode(self.begun[..].try_into().ok().map(u16::from_be_bytes)),
            Field::Record(_) => Field::Record(RecordHeader::decode(&self.begun)),
            field => field,
        }
    }

    fn is_complete(&self, last: u8) -> bool {
        match self.field {
            Field::RequestLine | Field::StatusLine | Field::Header(_) | Field::EmptyLine | Field::LineEnding => {
                last == b'\n'
            }
            Field::FrameHeader(header) => header.is_some(),
            Field::Payload(_) | Field::SizedMessage | Field::CloseReason | Field::CloseCode(None) => {
                self.payload.left == 0
            }
            field => field.fixed_len() == Some(self.len),
        }
    }

    /// Returns the field after the current one, which is complete.
    fn next_field(&mut self) -> Field {
        match self.field {
            Field::RequestLine | Field::Header(_) => Field::Header(None),
            Field::StatusLine => {
                self.is_accepted = handshake::is_accepted(&self.begun);
                Field::Header(None)
            }
            Field::EmptyLine if !self.is_accepted => Field::Body,
            Field::FrameHeader(Some(header)) => {
                let opcode = header.opcode();
                if matches!(opcode, websocket::TEXT | websocket::BINARY) {
                    self.message = opcode;
                }
                let field = match opcode {
                    websocket::CLOSE => Field::CloseCode(None),
                    websocket::CONTINUATION => Field::Payload(self.message),
                    opcode => Field::Payload(opcode),
                };
                self.payload = Payload { field, left: header.len, masking_key: None };
                if header.is_masked { Field::MaskingKey } else { self.payload.field_or_next_frame(field) }
            }
            Field::Length(Some(length)) => {
                self.number += 1;
                let field = self.fields.get(self.number);
                self.payload = Payload { field, left: u64::from(length), masking_key: None };
                // An empty message has no bytes.
                if field == Field::SizedMessage && length == 0 {
                    self.number += 1;
                    return self.fields.get(self.number);
                }
                field
            }
            Field::MaskingKey => {
                self.payload.masking_key = self.begun[..].try_into().ok();
                self.payload.field_or_next_frame(self.payload.field)
            }
            Field::CloseCode(_) => self.payload.field_or_next_frame(Field::CloseReason),
            Field::EmptyLine | Field::Payload(_) | Field::CloseReason => Field::FrameHeader(None),
            _ => {
                self.number += 1;
                self.fields.get(self.number)
            }
        }
    }

    fn field_after_misfit(&mut self) -> Field {
        match self.field {
            // The \r at the end of the last piece did not begin a line ending: it is part of the line.
            Field::LineEnding => {
                self.number -= 1;
                Field::Message
            }
            _ => Field::Unexpected,
        }
    }
}

impl Payload {
    /// Unmasks the next byte.
    fn take(&mut self, byte: u8) -> u8 {
        self.left -= 1;
        let Some(masking_key) = &mut self.masking_key else { return byte };
        masking_key.rotate_left(1);
        byte ^ masking_key[3]
    }

    fn field_or_next_frame(&self, field: Field) -> Field {
        if self.left == 0 { Field::FrameHeader(None) } else { field }
    }
}

impl Span<'_> {
    /// Describes it: `nonce, 32 random bytes` or `masked payload continued, 5 bytes`.
    pub fn describe(&self) -> String {
        let masked = if self.unmasked.is_some() { "masked " } else { "" };
        format!("{masked}{}", self.field.describe(self.bytes.len(), self.is_continuation))
    }

    /// Returns its bytes without a mask.
    pub fn plain(&self) -> &[u8] {
        self.unmasked.as_deref().unwrap_or(self.bytes)
    }
}

/// Whether the length of the field was sent before it.
fn is_payload(field: Field) -> bool {
    matches!(field, Field::Payload(_) | Field::SizedMessage | Field::CloseCode(_) | Field::CloseReason)
}

/// How many bytes come before the line ending, or before what may begin one.
fn line_len(bytes: &[u8]) -> usize {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    line.strip_suffix(b"\r").unwrap_or(line).len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Direction::{ToClient, ToServer};

    #[test]
    fn little_is_kept_of_a_field_without_end() {
        for (lesson, direction, start) in [
            ("echo", ToServer, "0123456789abcdefmessage"),
            ("ws", ToServer, "GET /"),
            ("ws", ToServer, "GET /\r\nX: "),
            ("ws", ToServer, "GET /\r\n\r\n\u{2}\u{7f}\u{7f}1234567"),
            ("ws", ToClient, "HTTP/1.1 404 No\r\n\r\n"),
            ("ws", ToClient, "no"),
        ] {
            let mut dissector = Dissector::new(&Lesson::named(lesson).expect("a lesson"), direction);
            dissector.feed(start.as_bytes());
            for _ in 0..1000 {
                assert_eq!(dissector.feed(&[b'x'; 1000]).len(), 1, "{start:?}");
            }
            assert!(dissector.begun.capacity() <= 2 * KEPT, "{start:?}: {}", dissector.begun.capacity());
        }
    }
}
