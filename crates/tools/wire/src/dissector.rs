use crate::Direction;

use crate::frames::WebSocket;
use crate::sequence::Sequence;
use crate::{Field, Lesson};

/// Dissector what one side of a connection sends, piece by piece as it comes.
///
/// What it keeps of what came is a few bytes, however much that was.
#[derive(Clone, Debug)]
pub struct Dissector(Plan);

#[derive(Clone, Debug)]
enum Plan {
    Sequence(Sequence),
    WebSocket(WebSocket),
}

/// Bytes of one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span<'a> {
    /// Which part. The end of a part may tell more of it than its beginning did.
    pub field: Field,
    /// Whether an earlier piece had the beginning of it.
    pub is_continuation: bool,
    /// What this piece has of it.
    pub bytes: &'a [u8],
    /// What those bytes were before they were masked, if they are.
    pub unmasked: Option<Vec<u8>>,
}

impl Dissector {
    /// Dissector for what goes this way in a conversation of this lesson.
    pub fn new(lesson: Lesson, direction: Direction) -> Dissector {
        Dissector(match lesson {
            Lesson::Ws => Plan::WebSocket(WebSocket::new(direction)),
            _ => Plan::Sequence(Sequence::new(lesson, direction)),
        })
    }

    /// The parts of the next piece, one behind the other.
    pub fn feed<'a>(&mut self, piece: &'a [u8]) -> Vec<Span<'a>> {
        match &mut self.0 {
            Plan::Sequence(sequence) => sequence.feed(piece),
            Plan::WebSocket(websocket) => websocket.feed(piece),
        }
    }
}

impl Span<'_> {
    /// What it is, in words: `nonce, 32 random bytes`, `masked payload continued, 5 bytes`.
    pub fn describe(&self) -> String {
        let masked = if self.unmasked.is_some() { "masked " } else { "" };
        let len = self.bytes.len();
        let described =
            if self.is_continuation { self.field.describe_continuation(len) } else { self.field.describe(len) };
        format!("{masked}{described}")
    }

    /// Its bytes as they were meant: without a mask.
    pub fn plain(&self) -> &[u8] {
        self.unmasked.as_deref().unwrap_or(self.bytes)
    }
}
