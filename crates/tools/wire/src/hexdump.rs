//! Bytes in hex, and beside it what they say as text, in rows of at most 16 bytes and 68 columns.
//!
//! ```text
//! 6f 70 65 6e 20 e8 8a 9d  e9 ba bb e5 bc 80        open 芝麻开
//! e9 97 a8                                          门
//! ```
//!
//! No row ends inside a character, and where a piece does, the character stands beside the bytes that complete it.
//! Bytes that are masked on their way can have beside them what they say without the mask. Text is escaped as [`cli::escape`] does it, and counted in columns: a wide character takes two.

use unicode_width::UnicodeWidthStr;

use crate::hex;

/// How many bytes a row has at most.
const BYTES: usize = 16;
/// How many columns they take in hex: two digits and a space each, one more space in the middle.
const HEX: usize = BYTES * 3;
/// How many columns of text a row has at most.
const TEXT: usize = 18;

/// What stands beside the hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextColumn {
    /// The text, escaped.
    Text,
    /// Nothing: the bytes mean nothing as text.
    Nothing,
    /// The text if it is UTF-8; if not, its printable ASCII, with dots between.
    AnyText,
}

/// A dump of bytes that come in pieces.
#[derive(Clone, Debug, Default)]
pub struct HexDump {
    /// A character that the last piece broke off: its bytes are shown, its text is not.
    begun: Vec<u8>,
}

impl HexDump {
    /// The rows of the next piece.
    pub fn rows(&mut self, piece: &[u8], beside: TextColumn) -> Vec<String> {
        self.rows_of_masked(piece, piece, beside)
    }

    /// The rows of the next piece, with the text of other bytes beside it: what those were that came as these. What
    /// either has more of than the other is left out.
    pub fn rows_of_masked(&mut self, piece: &[u8], plain: &[u8], beside: TextColumn) -> Vec<String> {
        let len = piece.len().min(plain.len());
        let (piece, plain) = (&piece[..len], &plain[..len]);
        let mut rows = Rows::default();
        if beside == TextColumn::Nothing {
            self.begun.clear();
            piece.iter().for_each(|byte| rows.push(&[*byte], ""));
            return rows.finished();
        }
        let shown = self.begun.len();
        let bytes = [&std::mem::take(&mut self.begun), plain].concat();
        let dots = beside == TextColumn::AnyText && !is_utf8(&bytes);
        let mut at = 0;
        for chunk in bytes.utf8_chunks() {
            let chars =
                chunk.valid().char_indices().map(|(start, char)| &chunk.valid().as_bytes()[start..][..char.len_utf8()]);
            let is_cut_off =
                at + chunk.valid().len() + chunk.invalid().len() == bytes.len() && may_go_on(chunk.invalid());
            for char in chars.chain(chunk.invalid().chunks(1)) {
                // What the last piece had of it is shown in hex already.
                let new = &piece[at.max(shown) - shown..(at + char.len()).max(shown) - shown];
                let is_in_tail = is_cut_off && at + chunk.invalid().len() >= bytes.len();
                match char {
                    _ if is_in_tail => rows.push(new, ""),
                    [ascii @ b' '..=b'~'] => rows.push(new, char::from(*ascii).encode_utf8(&mut [0; 4])),
                    _ if dots => new.chunks(1).for_each(|byte| rows.push(byte, ".")),
                    _ => rows.push(new, &cli::escape(char)),
                }
                at += char.len();
            }
            if is_cut_off {
                self.begun = chunk.invalid().to_vec();
            }
        }
        rows.finished()
    }
}

/// UTF-8, but for a character that is cut off at its end.
fn is_utf8(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none(), |_| true)
}

/// The beginning of a character.
fn may_go_on(bytes: &[u8]) -> bool {
    !bytes.is_empty() && is_utf8(bytes)
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
    /// Bytes that must stand in one row, and their text.
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

    /// What follows a character may make it wider, so outside ASCII widths do not simply add up.
    fn width_with(&self, text: &str) -> usize {
        if text.is_ascii() { self.width + text.len() } else { [&self.text, text].concat().width() }
    }

    fn end_row(&mut self) {
        let row = format!("{:HEX$}  {}", self.hex, self.text);
        self.done.push(row.trim_end().to_owned());
        *self = Rows { done: std::mem::take(&mut self.done), ..Rows::default() };
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

    fn dump(bytes: &[u8], beside: TextColumn) -> Vec<String> {
        HexDump::default().rows(bytes, beside)
    }

    #[test]
    fn a_dump_has_16_bytes_a_row_in_two_groups() {
        let bytes: Vec<u8> = (0..17).collect();
        assert_eq!(dump(&bytes, TextColumn::Nothing), ["00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f", "10"]);
    }

    #[test]
    fn text_stands_beside_its_bytes_with_no_character_torn() {
        let rows = dump("open 芝麻开门".as_bytes(), TextColumn::Text);
        assert_eq!(rows[0], "6f 70 65 6e 20 e8 8a 9d  e9 ba bb e5 bc 80        open 芝麻开");
        assert_eq!(rows[1], "e9 97 a8                                          门");
    }

    #[test]
    fn a_character_that_pieces_tear_stands_where_it_is_whole() {
        let mut dump = HexDump::default();
        assert_eq!(dump.rows(b"a\xe9", TextColumn::Text), ["61 e9                                             a"]);
        assert_eq!(dump.rows(b"\x97", TextColumn::AnyText), ["97"]);
        assert_eq!(dump.rows(b"\xa8!", TextColumn::AnyText), ["a8 21                                             门!"]);
        assert_eq!(dump.rows(b"\xe9", TextColumn::Text), ["e9"]);
        assert_eq!(dump.rows(b"b", TextColumn::Text), [r"62                                                \xe9b"]);
    }

    #[test]
    fn what_acts_on_a_terminal_is_escaped_and_no_row_is_too_wide() {
        let bytes = "\x1b[31m\u{202e}\r\n\u{7f}\u{200d}𝄞👍芝".repeat(20).into_bytes();
        for bytes in [bytes, [0xff; 100].to_vec()] {
            let rows = dump(&bytes, TextColumn::Text);
            for row in &rows {
                assert!(row.width() <= HEX + 2 + TEXT && !row.contains(char::is_control), "{row:?}");
            }
            let hex: String = rows.iter().map(|row| row.get(..HEX).unwrap_or(row)).collect();
            let digits: Vec<u8> = hex.bytes().filter(|byte| *byte != b' ').collect();
            assert_eq!(String::from_utf8_lossy(&digits), crate::hex(&bytes));
        }
    }

    #[test]
    fn masked_bytes_have_their_text_beside_them() {
        let plain = "a\u{1b}门b".as_bytes();
        let masked: Vec<u8> = plain.iter().map(|byte| byte ^ 0xff).collect();
        let mut dump = HexDump::default();
        let mut rows =
            |range: std::ops::Range<usize>, beside| dump.rows_of_masked(&masked[range.clone()], &plain[range], beside);
        assert_eq!(rows(0..3, TextColumn::Text), [r"9e e4 16                                          a\u{1b}"]);
        assert_eq!(rows(3..6, TextColumn::AnyText), ["68 57 9d                                          门b"]);
        assert_eq!(rows(0..1, TextColumn::Nothing), ["9e"]);
        assert_eq!(rows(4..6, TextColumn::AnyText), ["57 9d                                             .b"]);
    }

    #[test]
    fn bytes_that_may_be_text_or_not_are_shown_as_what_they_are() {
        assert_eq!(
            dump("门\n".as_bytes(), TextColumn::AnyText),
            [r"e9 97 a8 0a                                       门\n"]
        );
        assert_eq!(dump(b"\xff\x00GET \xe9\x97\xa8!", TextColumn::AnyText)[0][50..], *"..GET ...!");
    }
}
