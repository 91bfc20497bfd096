//! The parts of what passes on the wire: what each is called, how long it is, and what it must be.

use std::ops::RangeInclusive;

use auth::{Nonce, Scheme};

/// One part of a message.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// Its name and meaning, as shown.
    pub(crate) name: String,
    /// In bytes.
    pub(crate) len: usize,
    pub(crate) is_text: bool,
    must_be: MustBe,
}

#[derive(Clone, Debug)]
enum MustBe {
    Anything,
    Bytes(Vec<u8>),
    Hex,
    Stamp,
}

/// Lessons 1 and 2: what the server asks.
pub(crate) fn nonce() -> Part {
    let len = Nonce::LEN;
    Part { name: format!("nonce, {len} random bytes"), len, is_text: false, must_be: MustBe::Anything }
}

/// Lesson 1: what the client answers, in letters.
pub(crate) fn hex_answer() -> Part {
    let len = Scheme::Md5Hex.answer_len();
    Part { name: format!("answer, {len} hexadecimal characters"), len, is_text: true, must_be: MustBe::Hex }
}

/// Lesson 2: what the client answers, as it comes out of HMAC.
pub(crate) fn raw_answer() -> Part {
    let len = Scheme::Md5.answer_len();
    Part { name: format!("answer, {len} bytes"), len, is_text: false, must_be: MustBe::Anything }
}

/// Lessons 2 to 4: when the server answered.
pub(crate) fn stamp() -> Part {
    let len = timestamp::LEN;
    Part { name: format!("stamp, {len} bytes"), len, is_text: true, must_be: MustBe::Stamp }
}

/// Lessons 2 to 4: what somebody typed.
pub(crate) fn text(text: &str) -> Part {
    let len = text.len();
    Part { name: format!("text, {len} bytes"), len, is_text: true, must_be: MustBe::Bytes(text.into()) }
}

/// Lesson 3: what makes text a line.
pub(crate) fn line_ending() -> Part {
    let ending = b"\r\n";
    let len = ending.len();
    Part { name: format!("line ending, {len} bytes"), len, is_text: true, must_be: MustBe::Bytes(ending.to_vec()) }
}

impl Part {
    pub(crate) fn accepts(&self, bytes: &[u8]) -> bool {
        const DIGITS: [RangeInclusive<u8>; 2] = [b'0'..=b'9', b'a'..=b'f'];
        let is_digit = |byte| DIGITS.iter().any(|digits| digits.contains(byte));
        bytes.len() == self.len
            && match &self.must_be {
                MustBe::Anything => true,
                MustBe::Bytes(expected) => bytes == expected,
                MustBe::Hex => bytes.iter().all(is_digit),
                MustBe::Stamp => timestamp::is_stamp(bytes),
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_takes_its_own_bytes_and_no_others() {
        let stamped = b"[Wed May  9 20:44:11 2018] ";
        for (part, own, other) in [
            (nonce(), &[0; 32][..], &[0; 31][..]),
            (hex_answer(), b"376e52270a98cad01d227b6d2acf44cd", b"376E52270A98CAD01D227B6D2ACF44CD"),
            (raw_answer(), &[0; 16], &[0; 17]),
            (stamp(), stamped, b"[Wed May  9 20-44-11 2018] "),
            (text("芝麻"), "芝麻".as_bytes(), "开门".as_bytes()),
            (line_ending(), b"\r\n", b"/r"),
        ] {
            assert!(part.accepts(own), "{}", part.name);
            assert!(!part.accepts(other), "{}", part.name);
        }
    }
}
