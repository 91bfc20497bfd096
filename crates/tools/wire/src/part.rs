use std::borrow::Cow;

use auth::{Nonce, Scheme};

use crate::frame::{FrameHeader, Opcode};
use crate::handshake;

/// A part of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Lessons 1 and 2: what the server asks.
    Nonce,
    /// Lesson 1: what the client answers, in letters.
    HexAnswer,
    /// Lesson 2: what the client answers, as it comes out of HMAC.
    RawAnswer,
    /// Lessons 2 to 4: when the server answered.
    Stamp,
    /// Lessons 2 to 4: what somebody typed.
    Message,
    /// Lesson 3: what makes a message a line.
    LineEnding,
    /// Lessons 5 and 6: what the client asks for.
    RequestLine,
    /// Lessons 5 and 6: whether the server grants it.
    StatusLine,
    /// Lessons 5 and 6: a line of the handshake, with its name if that has come and is one that matters.
    Header(Option<&'static str>),
    /// Lessons 5 and 6: the end of the headers.
    EmptyLine,
    /// Lessons 5 and 6: what a server that grants nothing says below the headers.
    Body,
    /// Lessons 5 and 6: what begins a frame, read when all of it has come.
    FrameHeader(Option<FrameHeader>),
    /// Lessons 5 and 6: what a client masks its payload with.
    MaskKey,
    /// Lessons 5 and 6: what a frame carries; the opcode is that of its message.
    Payload(Opcode),
    /// Lessons 5 and 6: why a connection is closed, read when both bytes have come.
    CloseCode(Option<u16>),
    /// Lessons 5 and 6: the same in words.
    CloseReason,
    /// What has no place in the lesson.
    Other,
}

impl Part {
    /// Its length in bytes, where that is fixed.
    pub fn fixed_len(self) -> Option<usize> {
        match self {
            Part::Nonce => Some(Nonce::LEN),
            Part::HexAnswer => Some(Scheme::Md5Hex.response_len()),
            Part::RawAnswer => Some(Scheme::Md5.response_len()),
            Part::Stamp => Some(timestamp::LEN),
            Part::MaskKey => Some(4),
            Part::CloseCode(_) => Some(2),
            _ => None,
        }
    }

    /// Whether it is text, as far as is known.
    pub fn is_text(self) -> Option<bool> {
        match self {
            Part::Nonce | Part::RawAnswer => Some(false),
            Part::HexAnswer | Part::Stamp | Part::Message | Part::LineEnding => Some(true),
            Part::RequestLine | Part::StatusLine | Part::Header(_) | Part::EmptyLine => Some(true),
            Part::FrameHeader(_) | Part::MaskKey | Part::CloseCode(_) => Some(false),
            Part::Payload(Opcode::Text) | Part::CloseReason => Some(true),
            Part::Payload(_) | Part::Body | Part::Other => None,
        }
    }

    /// What it is called.
    pub fn name(self) -> Cow<'static, str> {
        match self {
            Part::Nonce => "nonce",
            Part::HexAnswer | Part::RawAnswer => "answer",
            Part::Stamp => "stamp",
            Part::Message => "message",
            Part::LineEnding => "line ending",
            Part::RequestLine => "request line",
            Part::StatusLine => "status line",
            Part::Header(Some(name)) => return format!("{name} header").into(),
            Part::Header(None) => "header",
            Part::EmptyLine => "empty line",
            Part::Body => "body",
            Part::FrameHeader(_) => "frame header",
            Part::MaskKey => "mask key",
            Part::Payload(_) => "payload",
            Part::CloseCode(_) => "close code",
            Part::CloseReason => "close reason",
            Part::Other => "not of this lesson",
        }
        .into()
    }

    /// `len` bytes of it, in words: `nonce, 32 random bytes`.
    pub fn describe(self, len: usize) -> String {
        let unit = match self {
            Part::FrameHeader(Some(header)) => return format!("frame: {header}"),
            Part::CloseCode(Some(code)) => return format!("close code {code}"),
            Part::Nonce => "random byte",
            Part::HexAnswer => "hexadecimal character",
            _ => "byte",
        };
        format!("{}, {len} {unit}{}", self.name(), plural(len))
    }

    /// `len` bytes more of it, in words: `nonce goes on, 2 bytes`.
    pub fn describe_rest(self, len: usize) -> String {
        match self {
            // Pieces of a message are as good as messages, and what has been read is told where its last byte came.
            Part::Message | Part::FrameHeader(Some(_)) | Part::CloseCode(Some(_)) => self.describe(len),
            _ => format!("{} goes on, {len} byte{}", self.name(), plural(len)),
        }
    }

    /// Whether the bytes are the whole of it, or can become that.
    pub fn may_begin_with(self, bytes: &[u8]) -> bool {
        self.fixed_len().is_none_or(|len| bytes.len() <= len)
            && match self {
                Part::HexAnswer => bytes.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')),
                Part::Stamp => timestamp::may_become_timestamp(bytes),
                Part::LineEnding | Part::EmptyLine => [&b""[..], b"\r", b"\r\n", b"\n"].contains(&bytes),
                Part::RequestLine => handshake::may_begin_request_line(bytes),
                Part::StatusLine => handshake::may_begin_status_line(bytes),
                Part::Header(_) => handshake::may_begin_header(bytes),
                Part::FrameHeader(_) => FrameHeader::may_begin_with(bytes),
                _ => true,
            }
    }
}

fn plural(len: usize) -> &'static str {
    if len == 1 { "" } else { "s" }
}
