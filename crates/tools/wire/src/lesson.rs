use crate::Direction;
use auth::Scheme;
use clap::ValueEnum;

use crate::Field;

/// A lesson, as its conversation goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lesson {
    /// Lesson 1: nonce; response
    Gate,
    /// Lesson 2: nonce; response; messages, each stamped and sent back
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
    pub(crate) fn parts(self, direction: Direction) -> &'static [Field] {
        match (self, direction) {
            (Lesson::Gate, Direction::ToClient) => &[Field::Nonce],
            (Lesson::Gate, Direction::ToServer) => &[Field::Response(Scheme::Md5Hex)],
            (Lesson::Echo, Direction::ToClient) => &[Field::Nonce, Field::Timestamp, Field::Message],
            (Lesson::Echo, Direction::ToServer) => &[Field::Response(Scheme::Md5), Field::Message],
            (Lesson::Line, Direction::ToClient) => &[Field::Timestamp, Field::Message, Field::LineEnding],
            (Lesson::Line, Direction::ToServer) => &[Field::Message, Field::LineEnding],
            (Lesson::Threaded, Direction::ToClient) => &[Field::Timestamp, Field::Message],
            (Lesson::Threaded, Direction::ToServer) => &[Field::Message],
            (Lesson::Ws, _) => &[],
        }
    }

    /// Whether a stamped message is followed by others.
    pub(crate) fn stamps_many(self) -> bool {
        self == Lesson::Echo
    }
}
