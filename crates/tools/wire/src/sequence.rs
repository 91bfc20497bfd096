use crate::Direction;

use crate::{Field, Lesson, Span};

/// Dissector the parts of a side whose parts come in a fixed order.
///
/// Dissector go by the place and the form of the bytes, for nothing else on the wire tells. So a message that looks like a
/// stamp is called one where a stamp may stand: in the echo's answers, after the first.
#[derive(Clone, Debug)]
pub(crate) struct Sequence {
    lesson: Lesson,
    direction: Direction,
    /// Which of the lesson's parts it is at.
    at: usize,
    /// What has come of that part, if its length is fixed or short.
    begun: Vec<u8>,
    /// Whether any of that part has come.
    is_continuation: bool,
    /// Something came that has no place in the lesson; nothing behind it has.
    lost: bool,
}

impl Sequence {
    pub(crate) fn new(lesson: Lesson, direction: Direction) -> Sequence {
        Sequence { lesson, direction, at: 0, begun: Vec::new(), is_continuation: false, lost: false }
    }

    pub(crate) fn feed<'a>(&mut self, piece: &'a [u8]) -> Vec<Span<'a>> {
        let mut spans: Vec<Span<'a>> = Vec::new();
        let mut rest = piece;
        while !rest.is_empty() {
            let part = self.part();
            let len = self.extent(part, rest);
            let (bytes, others) = rest.split_at(len);
            if !bytes.is_empty() {
                spans.push(Span { field: part, is_continuation: self.is_continuation, bytes, unmasked: None });
                self.is_continuation = true;
            }
            let is_whole = self.take(part, bytes, others);
            if is_whole {
                self.next_part();
            }
            rest = others;
        }
        spans
    }

    fn part(&self) -> Field {
        if self.lost { Field::Unexpected } else { self.parts().get(self.at).copied().unwrap_or(Field::Unexpected) }
    }

    fn parts(&self) -> &'static [Field] {
        self.lesson.parts(self.direction)
    }

    /// How many of the bytes belong to the part.
    fn extent(&self, part: Field, bytes: &[u8]) -> usize {
        match (part, part.fixed_len()) {
            (_, Some(len)) => self.as_far_as_it_fits(part, &bytes[..bytes.len().min(len - self.begun.len())]),
            (Field::LineEnding, _) => self.as_far_as_it_fits(part, &bytes[..bytes.len().min(2)]),
            (Field::Message, _) if self.parts().get(self.at + 1) == Some(&Field::LineEnding) => line_len(bytes),
            (Field::Message, _) if self.direction == Direction::ToClient && self.lesson.stamps_many() => {
                (0..bytes.len()).find(|at| timestamp::is_timestamp(&bytes[*at..])).unwrap_or(bytes.len())
            }
            _ => bytes.len(),
        }
    }

    fn as_far_as_it_fits(&self, part: Field, bytes: &[u8]) -> usize {
        let fits = |len: &usize| part.may_begin_with(&[&self.begun, &bytes[..*len]].concat());
        (0..=bytes.len()).rev().find(fits).unwrap_or(0)
    }

    /// Whether the part is whole with these bytes, seen what follows.
    fn take(&mut self, part: Field, bytes: &[u8], others: &[u8]) -> bool {
        match (part, part.fixed_len()) {
            (_, Some(len)) => {
                self.begun.extend(bytes);
                self.lost = self.begun.len() < len && !others.is_empty();
                self.is_continuation &= !self.lost;
                self.begun.len() == len
            }
            (Field::LineEnding, _) => {
                self.begun.extend(bytes);
                if !self.begun.ends_with(b"\n") && !others.is_empty() {
                    // The \r that ended a piece was one within the line.
                    self.at -= 1;
                    self.begun.clear();
                }
                self.begun.ends_with(b"\n")
            }
            (Field::Message, _) => !others.is_empty(),
            _ => false,
        }
    }

    fn next_part(&mut self) {
        self.at += 1;
        if self.at == self.parts().len() && self.direction == Direction::ToClient && self.lesson.stamps_many() {
            self.at = self.parts().iter().position(|part| *part == Field::Timestamp).unwrap_or(self.at);
        }
        self.begun.clear();
        self.is_continuation = false;
    }
}

/// How many bytes come before the line ending, or before what may begin one.
fn line_len(bytes: &[u8]) -> usize {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    line.strip_suffix(b"\r").unwrap_or(line).len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Direction::{ToClient, ToServer};
    use Field::{LineEnding, Message, Nonce, Response, Timestamp, Unexpected};
    use auth::Scheme;

    const STAMP: &[u8] = b"[Wed May  9 20:44:11 2018] ";

    fn parts(lesson: Lesson, direction: Direction, pieces: &[&[u8]]) -> Vec<(Field, bool, Vec<u8>)> {
        let mut dissector = Sequence::new(lesson, direction);
        let mut parts = Vec::new();
        for piece in pieces {
            let spans = dissector.feed(piece);
            assert_eq!(spans.iter().map(|span| span.bytes).collect::<Vec<_>>().concat(), *piece);
            parts.extend(spans.iter().map(|span| (span.field, span.is_continuation, span.bytes.to_vec())));
        }
        parts
    }

    fn names(lesson: Lesson, direction: Direction, pieces: &[&[u8]]) -> Vec<(Field, usize)> {
        parts(lesson, direction, pieces).into_iter().map(|(part, _, bytes)| (part, bytes.len())).collect()
    }

    #[test]
    fn each_side_of_each_lesson_has_its_parts() {
        let hex = b"376e52270a98cad01d227b6d2acf44cd";
        for (lesson, direction, bytes, expected) in [
            (Lesson::Gate, ToClient, [7; 32].to_vec(), &[(Nonce, 32)][..]),
            (Lesson::Gate, ToServer, hex.to_vec(), &[(Response(Scheme::Md5Hex), 32)]),
            (
                Lesson::Echo,
                ToClient,
                [&[7; 32], STAMP, b"hello"].concat(),
                &[(Nonce, 32), (Timestamp, 27), (Message, 5)],
            ),
            (Lesson::Echo, ToServer, [&[7; 16][..], b"hello"].concat(), &[(Response(Scheme::Md5), 16), (Message, 5)]),
            (Lesson::Line, ToClient, [STAMP, b"hi\r\n"].concat(), &[(Timestamp, 27), (Message, 2), (LineEnding, 2)]),
            (Lesson::Line, ToServer, b"hi\n".to_vec(), &[(Message, 2), (LineEnding, 1)]),
            (Lesson::Threaded, ToClient, [STAMP, b"hi\n"].concat(), &[(Timestamp, 27), (Message, 3)]),
            (Lesson::Threaded, ToServer, b"hi\n".to_vec(), &[(Message, 3)]),
        ] {
            assert_eq!(names(lesson, direction, &[&bytes]), expected, "{lesson:?} {direction}");
        }
    }

    /// However the network breaks them.
    #[test]
    fn parts_are_the_same_byte_by_byte() {
        let bytes = [STAMP, b"a\rb\r\nmore"].concat();
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        let expected =
            [&[Timestamp; 27][..], &[Message, LineEnding, Message, LineEnding, LineEnding], &[Unexpected; 4]].concat();
        let named = parts(Lesson::Line, ToClient, &single);
        assert_eq!(named.iter().map(|(part, ..)| *part).collect::<Vec<_>>(), expected);
        assert!(!named[0].1 && named[1..27].iter().all(|(_, is_continuation, _)| *is_continuation), "{named:?}");
        assert!(!named[27].1, "a message begins");
    }

    #[test]
    fn the_echo_s_answers_are_told_apart() {
        let pieces = [&[7; 32][..], &[STAMP, b"one", STAMP, b"two"].concat(), b" more [", STAMP];
        let expected =
            [(Nonce, 32), (Timestamp, 27), (Message, 3), (Timestamp, 27), (Message, 3), (Message, 7), (Timestamp, 27)];
        assert_eq!(names(Lesson::Echo, ToClient, &pieces), expected);
    }

    #[test]
    fn what_has_no_place_is_not_named_after_what_has() {
        assert_eq!(names(Lesson::Gate, ToClient, &[&[7; 33]]), [(Nonce, 32), (Unexpected, 1)]);
        assert_eq!(names(Lesson::Gate, ToServer, &[b"abXab"]), [(Response(Scheme::Md5Hex), 2), (Unexpected, 3)]);
        assert_eq!(
            names(Lesson::Gate, ToServer, &[b"ab", b"X", b"ab"]),
            [(Response(Scheme::Md5Hex), 2), (Unexpected, 1), (Unexpected, 2)]
        );
        assert_eq!(names(Lesson::Threaded, ToClient, &[b"hello"]), [(Unexpected, 5)]);
        assert_eq!(names(Lesson::Line, ToServer, &[b"\r\nmore"]), [(LineEnding, 2), (Unexpected, 4)]);
        let is_continuation = parts(Lesson::Gate, ToServer, &[b"ab", b"aX", b"ab"])
            .into_iter()
            .map(|(_, is_continuation, _)| is_continuation);
        assert_eq!(is_continuation.collect::<Vec<_>>(), [false, true, false, true]);
    }
}
