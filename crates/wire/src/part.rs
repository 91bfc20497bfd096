use auth::{Nonce, Scheme};

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
    /// What has no place in the lesson.
    Other,
}

impl Part {
    /// Its length in bytes, where that is fixed.
    pub fn fixed_len(self) -> Option<usize> {
        match self {
            Part::Nonce => Some(Nonce::LEN),
            Part::HexAnswer => Some(Scheme::Md5Hex.answer_len()),
            Part::RawAnswer => Some(Scheme::Md5.answer_len()),
            Part::Stamp => Some(timestamp::LEN),
            Part::Message | Part::LineEnding | Part::Other => None,
        }
    }

    /// Whether it is text, as far as is known.
    pub fn is_text(self) -> Option<bool> {
        match self {
            Part::Nonce | Part::RawAnswer => Some(false),
            Part::HexAnswer | Part::Stamp | Part::Message | Part::LineEnding => Some(true),
            Part::Other => None,
        }
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Part::Nonce => "nonce",
            Part::HexAnswer | Part::RawAnswer => "answer",
            Part::Stamp => "stamp",
            Part::Message => "message",
            Part::LineEnding => "line ending",
            Part::Other => "not of this lesson",
        }
    }

    /// `len` bytes of it, in words: `nonce, 32 random bytes`.
    pub fn describe(self, len: usize) -> String {
        let unit = match self {
            Part::Nonce => "random byte",
            Part::HexAnswer => "hexadecimal character",
            _ => "byte",
        };
        format!("{}, {len} {unit}{}", self.name(), if len == 1 { "" } else { "s" })
    }

    /// Whether the bytes are the whole of it, or can become that.
    pub fn may_begin_with(self, bytes: &[u8]) -> bool {
        self.fixed_len().is_none_or(|len| bytes.len() <= len)
            && match self {
                Part::HexAnswer => bytes.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')),
                Part::Stamp => timestamp::may_become_stamp(bytes),
                Part::LineEnding => [&b""[..], b"\r", b"\r\n", b"\n"].contains(&bytes),
                Part::Nonce | Part::RawAnswer | Part::Message | Part::Other => true,
            }
    }
}
