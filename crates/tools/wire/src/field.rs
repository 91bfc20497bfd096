use std::borrow::Cow;

use auth::{Nonce, Scheme};

use crate::handshake;
use crate::websocket::{self, FrameHeader};

/// A part of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Lessons 1 and 2: the server's challenge.
    Nonce,
    /// Lessons 1 and 2: the client's response to it.
    Response(Scheme),
    /// Lessons 2 to 4: when the server replied.
    Timestamp,
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
    MaskingKey,
    /// Lessons 5 and 6: what a frame carries; the opcode is that of its message.
    Payload(u8),
    /// Lessons 5 and 6: why a connection is closed, read when both bytes have come.
    CloseCode(Option<u16>),
    /// Lessons 5 and 6: the same in words.
    CloseReason,
    /// What has no place in the lesson.
    Unexpected,
}

impl Field {
    /// Its length in bytes, where that is fixed.
    pub fn fixed_len(self) -> Option<usize> {
        match self {
            Field::Nonce => Some(Nonce::LEN),
            Field::Response(scheme) => Some(scheme.response_len()),
            Field::Timestamp => Some(timestamp::LEN),
            Field::MaskingKey => Some(4),
            Field::CloseCode(_) => Some(2),
            _ => None,
        }
    }

    /// Whether it is text, as far as is known.
    pub fn is_text(self) -> Option<bool> {
        match self {
            Field::Response(scheme) => Some(scheme == Scheme::Md5Hex),
            Field::Timestamp | Field::Message | Field::LineEnding => Some(true),
            Field::RequestLine | Field::StatusLine | Field::Header(_) | Field::EmptyLine => Some(true),
            Field::Nonce | Field::FrameHeader(_) | Field::MaskingKey | Field::CloseCode(_) => Some(false),
            Field::Payload(websocket::TEXT) | Field::CloseReason => Some(true),
            Field::Payload(_) | Field::Body | Field::Unexpected => None,
        }
    }

    /// What it is called.
    pub fn name(self) -> Cow<'static, str> {
        match self {
            Field::Nonce => "nonce",
            Field::Response(_) => "response",
            Field::Timestamp => "timestamp",
            Field::Message => "message",
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
            Field::Unexpected => "unexpected bytes",
        }
        .into()
    }

    /// `len` bytes of it, in words: `nonce, 32 random bytes`.
    pub fn describe(self, len: usize) -> String {
        let unit = match self {
            Field::FrameHeader(Some(header)) => return format!("frame: {header}"),
            Field::CloseCode(Some(code)) => return format!("close code {code}"),
            Field::Nonce => "random byte",
            Field::Response(Scheme::Md5Hex) => "hexadecimal character",
            _ => "byte",
        };
        format!("{}, {len} {unit}{}", self.name(), plural(len))
    }

    /// `len` bytes more of it, in words: `nonce continued, 2 bytes`.
    pub fn describe_continuation(self, len: usize) -> String {
        match self {
            // Pieces of a message are as good as messages, and what has been read is told where its last byte came.
            Field::Message | Field::FrameHeader(Some(_)) | Field::CloseCode(Some(_)) => self.describe(len),
            _ => format!("{} continued, {len} byte{}", self.name(), plural(len)),
        }
    }

    /// Whether the bytes are the whole of it, or can become that.
    pub fn may_begin_with(self, bytes: &[u8]) -> bool {
        self.fixed_len().is_none_or(|len| bytes.len() <= len)
            && match self {
                Field::Response(Scheme::Md5Hex) => bytes.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')),
                Field::Timestamp => timestamp::may_become_timestamp(bytes),
                Field::LineEnding | Field::EmptyLine => [&b""[..], b"\r", b"\r\n", b"\n"].contains(&bytes),
                Field::RequestLine => handshake::may_begin_request_line(bytes),
                Field::StatusLine => handshake::may_begin_status_line(bytes),
                Field::Header(_) => handshake::may_begin_header(bytes),
                Field::FrameHeader(_) => FrameHeader::may_begin_with(bytes),
                _ => true,
            }
    }
}

fn plural(len: usize) -> &'static str {
    if len == 1 { "" } else { "s" }
}
