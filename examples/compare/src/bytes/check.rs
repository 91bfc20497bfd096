//! Holds what passed against what the lesson says must pass: nonce and stamp, which are new each time, by their form, and
//! all else byte for byte.

use std::fmt;

use auth::Nonce;
use tap::Direction;

use super::conversation::{Conversation, Passed};
use super::dump::{Masked, diff};
use super::lessons::{Lesson, Part, Wire};

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
    let expected = (lesson.wire)(lesson);
    let count = expected.len().max(conversation.connections.len());
    let (no_wire, nothing) = (Wire::default(), Passed::default());
    let mut differences = Vec::new();
    for number in 0..count {
        let wire = expected.get(number).unwrap_or(&no_wire);
        let passed = conversation.connections.get(number).unwrap_or(&nothing);
        let answer = lesson.answer(&passed.to_client).unwrap_or_default();
        for (direction, parts, bytes) in [
            (Direction::ToServer, &wire.to_server, &passed.to_server),
            (Direction::ToClient, &wire.to_client, &passed.to_client),
        ] {
            let (expected, seen) = masked(parts, bytes, &answer);
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

/// What must pass and what passed, with a mask in both for what is new each time and has its form.
fn masked(parts: &[Part], bytes: &[u8], answer: &[u8]) -> (Masked, Masked) {
    let (mut expected, mut seen) = (Masked::new(), Masked::new());
    let mut rest = bytes;
    for part in parts {
        let (len, has_its_form): (usize, fn(&[u8]) -> bool) = match part {
            Part::Nonce => (Nonce::LEN, |_| true),
            Part::Stamp => (timestamp::LEN, timestamp::is_stamp),
            Part::Answer => (answer.len(), |_| false),
            Part::Text(text) => (text.len(), |_| false),
        };
        let (own, behind) = rest.split_at(len.min(rest.len()));
        rest = behind;
        match part {
            Part::Nonce | Part::Stamp => expected.extend(vec![None; len]),
            Part::Answer => expected.extend(answer.iter().copied().map(Some)),
            Part::Text(text) => expected.extend(text.bytes().map(Some)),
        }
        if own.len() == len && has_its_form(own) {
            seen.extend(vec![None; len]);
        } else {
            seen.extend(own.iter().copied().map(Some));
        }
    }
    seen.extend(rest.iter().copied().map(Some));
    (expected, seen)
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
            let (expected, seen) = masked(parts, bytes, b"answer");
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
