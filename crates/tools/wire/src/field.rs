use std::borrow::Cow;

use auth::mutual::{GREETING, PROOF_LEN};
use auth::{Nonce, Scheme};

use crate::handshake;
use crate::record::RecordHeader;
use crate::websocket::{self, FrameHeader};

/// The verdicts in Python's multiprocessing.
const VERDICTS: [&str; 2] = ["#WELCOME#", "#FAILURE#"];

/// A field: bytes that mean one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The server's challenge.
    Nonce,
    /// The client's response to it.
    Response(Scheme),
    /// The first bytes of a server in a mutual handshake.
    Greeting,
    /// The proof that one side holds the key, in a mutual handshake.
    Proof,
    /// The length of the message that follows, decoded when it is complete.
    Length(Option<u32>),
    /// A text that is always the same.
    Constant(&'static str),
    /// The random bytes of a challenge in Python's multiprocessing.
    Challenge,
    /// The verdict about a response in Python's multiprocessing.
    Verdict,
    /// A message that has its length before it.
    SizedMessage,
    /// When the server replied.
    Timestamp,
    /// The text that a user typed.
    Message,
    /// The end of a line.
    LineEnding,
    /// The first line of a WebSocket client's handshake.
    RequestLine,
    /// The first line of a WebSocket server's handshake.
    StatusLine,
    /// A header of the handshake, with its name if that has arrived and is one that matters.
    Header(Option<&'static str>),
    /// The end of the headers.
    EmptyLine,
    /// The bytes that a server sends after the headers if it refuses the handshake.
    Body,
    /// The start of a WebSocket frame, decoded when it is complete.
    FrameHeader(Option<FrameHeader>),
    /// The key that masks the payload of a client's frame.
    MaskingKey,
    /// The payload of a frame, with the opcode of its message.
    Payload(u8),
    /// Why a connection is closed, decoded when it is complete.
    CloseCode(Option<u16>),
    /// The same in words.
    CloseReason,
    /// A TLS record, with its header if that is complete.
    Record(Option<RecordHeader>),
    /// Any bytes, if the lesson is not known.
    Any,
    /// Bytes that the lesson does not allow here, and everything after them.
    Unexpected,
}

impl Field {
    /// Returns its length in bytes, if that is fixed.
    pub fn fixed_len(self) -> Option<usize> {
        match self {
            Field::Nonce => Some(Nonce::LEN),
            Field::Response(scheme) => Some(scheme.response_len()),
            Field::Greeting => Some(GREETING.len()),
            Field::Proof => Some(PROOF_LEN),
            Field::Length(_) => Some(4),
            Field::Constant(text) => Some(text.len()),
            Field::Challenge => Some(40),
            Field::Verdict => Some(VERDICTS[0].len()),
            Field::Timestamp => Some(timestamp::LEN),
            Field::MaskingKey => Some(4),
            Field::CloseCode(_) => Some(2),
            Field::Record(header) => header.map(|header| RecordHeader::LEN + usize::from(header.len)),
            _ => None,
        }
    }

    /// Returns whether it is text, if that is known.
    pub fn is_text(self) -> Option<bool> {
        match self {
            Field::Response(scheme) => Some(scheme == Scheme::Md5Hex),
            Field::Nonce | Field::Proof | Field::Length(_) | Field::Challenge => Some(false),
            Field::FrameHeader(_) | Field::MaskingKey | Field::CloseCode(_) | Field::Record(_) => Some(false),
            Field::Payload(websocket::TEXT) => Some(true),
            Field::Payload(_) | Field::SizedMessage | Field::Body | Field::Any | Field::Unexpected => None,
            _ => Some(true),
        }
    }

    /// Returns its name.
    pub fn name(self) -> Cow<'static, str> {
        match self {
            Field::Nonce => "nonce",
            Field::Response(_) => "response",
            Field::Greeting => "greeting",
            Field::Proof => "proof",
            Field::Length(_) => "length",
            Field::Constant(text) => text,
            Field::Challenge => "challenge",
            Field::Verdict => "verdict",
            Field::Timestamp => "timestamp",
            Field::Message | Field::SizedMessage => "message",
            Field::LineEnding => "line ending",
            Field::RequestLine => "request line",
            Field::StatusLine => "status line",
            Field::Header(Some(name)) => return format!("{name} header").into(),
            Field::Header(None) => "header",
            Field::EmptyLine => "empty line",
            Field::Body => "body",
            Field::FrameHeader(_) => "frame header",
            Field::MaskingKey => "masking key",
            Field::Payload(_) => "payload",
            Field::CloseCode(_) => "close code",
            Field::CloseReason => "close reason",
            Field::Record(Some(header)) => return format!("{} record", header.content_type).into(),
            Field::Record(None) => "record",
            Field::Any => "bytes",
            Field::Unexpected => "unexpected bytes",
        }
        .into()
    }

    /// Describes `len` bytes of it: `nonce, 32 random bytes` or, as a continuation, `nonce continued, 2 bytes`.
    pub fn describe(self, len: usize, is_continuation: bool) -> String {
        let name = self.name();
        let s = if len == 1 { "" } else { "s" };
        match self {
            Field::FrameHeader(Some(header)) => format!("frame: {header}"),
            Field::CloseCode(Some(code)) => format!("close code {code}"),
            Field::Length(Some(length)) => format!("length {length}"),
            Field::Any => format!("{len} byte{s}"),
            // Each piece of a message looks like a message.
            _ if is_continuation && self != Field::Message => format!("{name} continued, {len} byte{s}"),
            // What its header says.
            Field::Record(Some(header)) => {
                format!("{name}, {} byte{}", header.len, if header.len == 1 { "" } else { "s" })
            }
            Field::Nonce | Field::Challenge => format!("{name}, {len} random byte{s}"),
            Field::Response(Scheme::Md5Hex) => format!("{name}, {len} hexadecimal character{s}"),
            _ => format!("{name}, {len} byte{s}"),
        }
    }

    /// Returns whether the bytes are the field or its first bytes.
    pub fn may_begin_with(self, bytes: &[u8]) -> bool {
        let agrees_with = |start: &[u8]| bytes.iter().zip(start).all(|(byte, expected)| byte == expected);
        self.fixed_len().is_none_or(|len| bytes.len() <= len)
            && match self {
                Field::Response(Scheme::Md5Hex) => bytes.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')),
                Field::Greeting => agrees_with(GREETING),
                // A length is signed, and not negative.
                Field::Length(_) => bytes.first().is_none_or(|first| *first < 0x80),
                Field::Constant(text) => agrees_with(text.as_bytes()),
                Field::Verdict => VERDICTS.iter().any(|verdict| verdict.as_bytes().starts_with(bytes)),
                Field::Timestamp => timestamp::may_become_timestamp(bytes),
                Field::LineEnding | Field::EmptyLine => [&b""[..], b"\r", b"\r\n", b"\n"].contains(&bytes),
                Field::RequestLine => agrees_with(b"GET "),
                Field::StatusLine => agrees_with(b"HTTP/1.1 "),
                Field::Header(_) => handshake::may_begin_header(bytes),
                Field::FrameHeader(_) => FrameHeader::may_begin_with(bytes),
                Field::Record(_) => RecordHeader::may_begin_with(bytes),
                _ => true,
            }
    }
}
