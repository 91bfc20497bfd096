use crate::Direction;
use clap::ValueEnum;

use crate::Part;

/// A lesson, as its conversation goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lesson {
    /// Lesson 1: nonce; answer
    Gate,
    /// Lesson 2: nonce; answer; messages, each stamped and sent back
    Echo,
    /// Lesson 3: a line, stamped and sent back
    Line,
    /// Lesson 4: a message, stamped and sent back
    Threaded,
    /// Lessons 5 and 6: a handshake; frames
    Ws,
}

impl Lesson {
    /// What one side sends, in its order; nothing where that is not fixed.
    pub(crate) fn parts(self, direction: Direction) -> &'static [Part] {
        match (self, direction) {
            (Lesson::Gate, Direction::ToClient) => &[Part::Nonce],
            (Lesson::Gate, Direction::ToServer) => &[Part::HexAnswer],
            (Lesson::Echo, Direction::ToClient) => &[Part::Nonce, Part::Stamp, Part::Message],
            (Lesson::Echo, Direction::ToServer) => &[Part::RawAnswer, Part::Message],
            (Lesson::Line, Direction::ToClient) => &[Part::Stamp, Part::Message, Part::LineEnding],
            (Lesson::Line, Direction::ToServer) => &[Part::Message, Part::LineEnding],
            (Lesson::Threaded, Direction::ToClient) => &[Part::Stamp, Part::Message],
            (Lesson::Threaded, Direction::ToServer) => &[Part::Message],
            (Lesson::Ws, _) => &[],
        }
    }

    /// Whether a stamped message is followed by others.
    pub(crate) fn stamps_many(self) -> bool {
        self == Lesson::Echo
    }
}
