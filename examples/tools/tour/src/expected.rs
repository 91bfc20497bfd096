//! What is to pass on the wire in lessons 1 to 4: which part of the lesson, and what it must say.

use wire::Field;

/// One part of what is to pass.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    pub(crate) part: Field,
    /// In bytes.
    pub(crate) len: usize,
    /// Its very bytes, where they are known beforehand.
    bytes: Option<Vec<u8>>,
}

/// A part that is known by its form.
pub(crate) fn form(part: Field) -> Expected {
    Expected { part, len: part.fixed_len().unwrap_or(0), bytes: None }
}

/// What somebody typed.
pub(crate) fn message(text: &str) -> Expected {
    exactly(Field::Message, text.as_bytes())
}

/// What makes a message a line.
pub(crate) fn line_ending() -> Expected {
    exactly(Field::LineEnding, b"\r\n")
}

fn exactly(part: Field, bytes: &[u8]) -> Expected {
    Expected { part, len: bytes.len(), bytes: Some(bytes.to_vec()) }
}

impl Expected {
    pub(crate) fn accepts(&self, bytes: &[u8]) -> bool {
        bytes.len() == self.len
            && self.part.may_begin_with(bytes)
            && self.bytes.as_ref().is_none_or(|expected| bytes == expected)
    }

    /// Its name and length, as shown.
    pub(crate) fn name(&self) -> String {
        self.part.describe(self.len, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth::Scheme;

    #[test]
    fn a_part_takes_its_own_bytes_and_no_others() {
        let stamped = b"[Wed May  9 20:44:11 2018] ";
        for (part, own, other) in [
            (form(Field::Nonce), &[0; 32][..], &[0; 31][..]),
            (
                form(Field::Response(Scheme::Md5Hex)),
                b"376e52270a98cad01d227b6d2acf44cd",
                b"376E52270A98CAD01D227B6D2ACF44CD",
            ),
            (form(Field::Response(Scheme::Md5)), &[0; 16], &[0; 17]),
            (form(Field::Timestamp), stamped, b"[Wed May  9 20-44-11 2018] "),
            (message("芝麻"), "芝麻".as_bytes(), "开门".as_bytes()),
            (line_ending(), b"\r\n", b"/r"),
        ] {
            assert!(part.accepts(own), "{}", part.name());
            assert!(!part.accepts(other), "{}", part.name());
        }
    }
}
