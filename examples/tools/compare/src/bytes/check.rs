//! Holds what passed against what the lesson says must pass: what is new each time by its form, and all else byte for byte.

use std::fmt;

use auth::Nonce;
use wire::Direction;

use super::conversation::{Conversation, Passed};
use super::dump::{Masked, diff, shown};
use super::lessons::{Lesson, Part, Wire};
use super::websocket::{Taken, agreement, any_frame, request};

/// What came of a pairing.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) trouble: Vec<String>,
    pub(super) differences: Vec<Difference>,
}

/// Where other bytes passed than must.
#[derive(Debug)]
pub(super) struct Difference {
    connection: usize,
    direction: Direction,
    what: What,
}

#[derive(Debug)]
enum What {
    /// So many bytes must pass.
    Nothing {
        must: usize,
    },
    Other {
        diff: String,
    },
}

impl Found {
    pub(super) fn is_well(&self) -> bool {
        self.trouble.is_empty() && self.differences.is_empty()
    }
}

pub(super) fn check(lesson: &Lesson, conversation: &Conversation) -> Found {
    let expected = (lesson.wire)(lesson, &conversation.token);
    let count = expected.len().max(conversation.connections.len());
    let (no_wire, nothing) = (Wire::default(), Passed::default());
    let mut differences = Vec::new();
    for number in 0..count {
        let wire = expected.get(number).unwrap_or(&no_wire);
        let passed = conversation.connections.get(number).unwrap_or(&nothing);
        let said = Said { answer: lesson.answer(&passed.to_client).unwrap_or_default(), to_server: &passed.to_server };
        for (direction, parts, bytes) in [
            (Direction::ToServer, &wire.to_server, &passed.to_server),
            (Direction::ToClient, &wire.to_client, &passed.to_client),
        ] {
            let (expected, seen) = masked(parts, bytes, &said);
            if expected != seen {
                let what = match seen.len() {
                    0 => What::Nothing { must: expected.len() },
                    _ => What::Other { diff: diff(&expected, &seen) },
                };
                differences.push(Difference { connection: number + 1, direction, what });
            }
        }
    }
    Found { trouble: conversation.trouble.clone(), differences }
}

/// What of one direction follows from the other.
struct Said<'a> {
    /// What the client must answer to the nonce.
    answer: Vec<u8>,
    to_server: &'a [u8],
}

/// What must pass and what passed, with a mask in both for what is new each time and has its form.
fn masked(parts: &[Part], bytes: &[u8], said: &Said<'_>) -> (Masked, Masked) {
    let (mut expected, mut seen) = (Masked::new(), Masked::new());
    let mut rest = bytes;
    for part in parts {
        let taken = take(part, rest, said);
        rest = &rest[taken.len..];
        expected.extend(taken.expected);
        seen.extend(taken.seen);
    }
    if let Some(Part::Frame(_)) = parts.last() {
        while let Some((len, frame)) = any_frame(rest) {
            rest = &rest[len..];
            seen.extend(frame);
        }
    }
    seen.extend(shown(rest));
    (expected, seen)
}

/// What stands where the part must.
fn take(part: &Part, bytes: &[u8], said: &Said<'_>) -> Taken {
    match part {
        Part::Nonce => by_form(bytes, Nonce::LEN, |_| true),
        Part::Stamp => by_form(bytes, timestamp::LEN, timestamp::is_timestamp),
        Part::Answer => byte_for_byte(bytes, &said.answer),
        Part::Text(text) => byte_for_byte(bytes, text.as_bytes()),
        Part::Request => request(bytes),
        Part::Agreement => agreement(bytes, said.to_server),
        Part::Frame(frame) => frame.take(bytes),
    }
}

fn by_form(bytes: &[u8], len: usize, has_its_form: fn(&[u8]) -> bool) -> Taken {
    let own = &bytes[..len.min(bytes.len())];
    let is_well = own.len() == len && has_its_form(own);
    let seen = if is_well { vec![None; len] } else { shown(own).collect() };
    Taken { len: own.len(), expected: vec![None; len], seen }
}

fn byte_for_byte(bytes: &[u8], must: &[u8]) -> Taken {
    let own = &bytes[..must.len().min(bytes.len())];
    Taken { len: own.len(), expected: shown(must).collect(), seen: shown(own).collect() }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "connection {}, {}:", self.connection, self.direction)?;
        match &self.what {
            What::Nothing { must } => write!(f, " nothing passed; {must} bytes must"),
            What::Other { diff } => write!(f, "\n{}", diff.trim_end()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_each_time_is_held_to_its_form_alone() {
        let is_taken = |parts: &[Part], bytes: &[u8]| {
            let (expected, seen) = masked(parts, bytes, &Said { answer: b"answer".to_vec(), to_server: b"" });
            expected == seen
        };
        let stamped = [Part::Stamp, Part::Text("hello")];
        assert!(is_taken(&[Part::Nonce], &[7; 32]));
        assert!(is_taken(&stamped, b"[Wed May  9 20:44:11 2018] hello"));
        assert!(is_taken(&[Part::Answer], b"answer"));
        assert!(!is_taken(&[Part::Nonce], &[7; 31]));
        assert!(!is_taken(&[Part::Nonce], &[7; 33]));
        assert!(!is_taken(&stamped, b"[Wed May  9 20-44-11 2018] hello"));
        assert!(!is_taken(&stamped, b"[Wed May  9 20:44:11 2018] hullo"));
        assert!(!is_taken(&[Part::Answer], b"ANSWER"));
        assert!(!is_taken(&[], b"more"));
        assert!(!is_taken(&stamped, b""));
    }
}
