//! Bytes in hexadecimal with their text next to them, in rows of at most 16 bytes and 68 columns.
//!
//! ```text
//! 6f 70 65 6e 20 e8 8a 9d  e9 ba bb e5 bc 80        open 芝麻开
//! e9 97 a8                                          门
//! ```
//!
//! No row ends inside a character. If a piece does, the character is in the row with the bytes that complete it. Masked
//! bytes have their unmasked text next to them. Text is escaped by [`cli::escape`]. A wide character takes two columns.

use std::mem::take;

use unicode_width::UnicodeWidthStr;

use crate::{Span, hex};

/// The maximum number of bytes in a row.
const BYTES: usize = 16;
/// The columns that they take: two digits and a space each, with one more space in the middle.
const HEX: usize = BYTES * 3;
/// The maximum columns of text in a row.
const TEXT: usize = 18;

/// A dump of bytes that arrive in pieces.
#[derive(Clone, Debug, Default)]
pub struct HexDump {
    /// The first bytes of a character that the last piece ended in. Their hex was shown, their text was not.
    begun: Vec<u8>,
}

impl HexDump {
    /// Returns the rows of the next piece. If its field may or may not be text, and it is not valid UTF-8, only its
    /// printable ASCII is shown, with dots in between.
    pub fn rows(&mut self, span: &Span<'_>) -> Vec<String> {
        let mut rows = Rows::default();
        let mut hex = span.bytes;
        let mut shown = self.begun.len();
        let mut bytes = take(&mut self.begun);
        if span.field.is_text() != Some(false) {
            bytes.extend(span.plain());
            self.begun = bytes.split_off(bytes.len() - unfinished_len(&bytes));
            let dots = span.field.is_text().is_none() && str::from_utf8(&bytes).is_err();
            for chunk in bytes.utf8_chunks() {
                let valid = chunk.valid();
                let chars = valid.char_indices().map(|(at, char)| &valid.as_bytes()[at..][..char.len_utf8()]);
                for char in chars.chain(chunk.invalid().chunks(1)) {
                    let new;
                    (new, hex) = hex.split_at(char.len().saturating_sub(shown));
                    shown = shown.saturating_sub(char.len());
                    match char {
                        [ascii @ b' '..=b'~'] => rows.push(new, char::from(*ascii).encode_utf8(&mut [0])),
                        _ if dots => rows.push(new, &".".repeat(new.len())),
                        _ => rows.push(new, &cli::escape(char)),
                    }
                }
            }
        }
        hex.iter().for_each(|byte| rows.push(&[*byte], ""));
        rows.finished()
    }
}

/// How many bytes at the end are the start of a character.
fn unfinished_len(bytes: &[u8]) -> usize {
    let end = bytes.utf8_chunks().last().map_or(&[][..], |chunk| chunk.invalid());
    let is_unfinished = str::from_utf8(end).is_err_and(|error| error.error_len().is_none());
    if is_unfinished { end.len() } else { 0 }
}

#[derive(Default)]
struct Rows {
    done: Vec<String>,
    hex: String,
    bytes: usize,
    text: String,
    width: usize,
}

impl Rows {
    /// Adds bytes that belong in one row, and their text.
    fn push(&mut self, bytes: &[u8], text: &str) {
        if self.bytes + bytes.len() > BYTES || self.width_with(text) > TEXT {
            self.end_row();
        }
        for byte in bytes {
            let gap = match self.bytes {
                0 => "",
                8 => "  ",
                _ => " ",
            };
            self.hex.push_str(gap);
            self.hex.push_str(&hex(&[*byte]));
            self.bytes += 1;
        }
        self.width = self.width_with(text);
        self.text.push_str(text);
    }

    /// The width with this text added. A character may make the one before it wider, so only the widths of ASCII add up.
    fn width_with(&self, text: &str) -> usize {
        if text.is_ascii() { self.width + text.len() } else { [&self.text, text].concat().width() }
    }

    fn end_row(&mut self) {
        let row = format!("{:HEX$}  {}", self.hex, self.text);
        self.done.push(row.trim_end().to_owned());
        *self = Rows { done: take(&mut self.done), ..Rows::default() };
    }

    fn finished(mut self) -> Vec<String> {
        if self.bytes > 0 || !self.text.is_empty() {
            self.end_row();
        }
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Field;
    use crate::Field::{Any, Message, Nonce};

    fn span<'a>(field: Field, bytes: &'a [u8]) -> Span<'a> {
        Span { field, is_continuation: false, bytes, unmasked: None }
    }

    #[test]
    fn characters_that_rows_or_pieces_break_are_shown_whole() {
        let mut dump = HexDump::default();
        for (field, bytes, expected) in [
            (
                Nonce,
                &b"\x00\x01\x02\x03abcdefghijklm"[..],
                &["00 01 02 03 61 62 63 64  65 66 67 68 69 6a 6b 6c", "6d"][..],
            ),
            (
                Message,
                "open 芝麻开门".as_bytes(),
                &[
                    "6f 70 65 6e 20 e8 8a 9d  e9 ba bb e5 bc 80        open 芝麻开",
                    "e9 97 a8                                          门",
                ],
            ),
            (Message, b"a\xe9", &["61 e9                                             a"]),
            (Any, b"\x97", &["97"]),
            (Any, b"\xa8!", &["a8 21                                             门!"]),
            (Message, b"\xe9", &["e9"]),
            (Message, b"b", &[r"62                                                \xe9b"]),
            (Any, "门\n".as_bytes(), &[r"e9 97 a8 0a                                       门\n"]),
            (Any, b"\xff\x00G \xe9\x97\xa8!", &["ff 00 47 20 e9 97 a8 21                           ..G ...!"]),
        ] {
            assert_eq!(dump.rows(&span(field, bytes)), expected);
        }
    }

    #[test]
    fn control_characters_are_escaped_and_no_row_is_too_wide() {
        let bytes = "\x1b[31m\u{202e}\r\n\u{7f}\u{200d}𝄞👍芝".repeat(20).into_bytes();
        for bytes in [bytes, [0xff; 100].to_vec()] {
            let rows = HexDump::default().rows(&span(Message, &bytes));
            for row in &rows {
                assert!(row.width() <= HEX + 2 + TEXT && !row.contains(char::is_control), "{row:?}");
            }
            let digits: String = rows.iter().map(|row| row.get(..HEX).unwrap_or(row)).collect();
            assert_eq!(digits.replace(' ', ""), hex(&bytes));
        }
    }

    #[test]
    fn masked_bytes_have_their_unmasked_text_next_to_them() {
        let plain = "a\u{1b}门b".as_bytes();
        let masked: Vec<u8> = plain.iter().map(|byte| byte ^ 0xff).collect();
        let mut dump = HexDump::default();
        for (range, field, expected) in [
            (0..3, Message, r"9e e4 16                                          a\u{1b}"),
            (3..6, Any, "68 57 9d                                          门b"),
            (0..1, Nonce, "9e"),
            (4..6, Any, "57 9d                                             .b"),
        ] {
            let unmasked = Some(plain[range.clone()].to_vec());
            assert_eq!(dump.rows(&Span { unmasked, ..span(field, &masked[range]) }), [expected]);
        }
    }
}
