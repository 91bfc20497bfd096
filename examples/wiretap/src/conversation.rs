//! One connection, as it is printed: 80 columns are enough.

use std::time::Instant;

use hexdump::{Beside, HexDump};
use tap::{Direction, Event};
use wire::{Lesson, Names, Part};

/// The columns of the time since the connection was opened: `   0.000s`.
const TIME: usize = 9;
/// The columns of `client → server`.
const WAY: usize = 15;

pub(crate) struct Conversation {
    opened: Instant,
    to_server: Side,
    to_client: Side,
}

/// What goes one way.
struct Side {
    direction: Direction,
    names: Option<Names>,
    dump: HexDump,
}

impl Conversation {
    /// One that begins now.
    pub(crate) fn new(lesson: Option<Lesson>) -> Conversation {
        let side = |direction| {
            let names = lesson.map(|lesson| Names::new(lesson, direction));
            Side { direction, names, dump: HexDump::default() }
        };
        Conversation {
            opened: Instant::now(),
            to_server: side(Direction::ToServer),
            to_client: side(Direction::ToClient),
        }
    }

    /// What is to be printed of an event.
    pub(crate) fn lines(&mut self, event: Event<'_>) -> Vec<String> {
        let time = format!("{:>8.3}s", self.opened.elapsed().as_secs_f64());
        match event {
            Event::Opened { client, seen_by_server, .. } => vec![
                format!("{time}  opened by {client}"),
                format!("{:TIME$}  seen by the server as {seen_by_server}", ""),
            ],
            Event::Bytes(Direction::ToServer, piece) => self.to_server.lines(&time, piece),
            Event::Bytes(Direction::ToClient, piece) => self.to_client.lines(&time, piece),
            Event::End(direction) => vec![format!("{time}  {direction:WAY$}  end: no more bytes this way")],
            Event::Reset(direction) => vec![format!("{time}  {direction:WAY$}  reset")],
            Event::Closed => vec![format!("{time}  closed")],
            // Never opened.
            Event::Unreachable(_) => Vec::new(),
        }
    }
}

impl Side {
    /// A line for each part, with its bytes under it.
    fn lines(&mut self, time: &str, piece: &[u8]) -> Vec<String> {
        let direction = self.direction;
        let mut lines = Vec::new();
        for (name, is_text, bytes) in self.parts(piece) {
            lines.push(format!("{time}  {direction:WAY$}  {name}"));
            let beside = match is_text {
                Some(true) => Beside::Text,
                Some(false) => Beside::Nothing,
                None => Beside::AnyText,
            };
            lines.extend(self.dump.rows(bytes, beside).iter().map(|row| format!("  {row}")));
        }
        lines
    }

    /// What each part is called, and whether it is text; without a lesson, all is one.
    fn parts<'a>(&mut self, piece: &'a [u8]) -> Vec<(String, Option<bool>, &'a [u8])> {
        let Some(names) = &mut self.names else {
            return vec![(counted(piece.len() as u64), None, piece)];
        };
        let spans = names.of(piece).into_iter();
        spans
            .map(|span| {
                let len = span.bytes.len();
                let name = if span.goes_on && span.part != Part::Message {
                    format!("{} goes on, {}", span.part.name(), counted(len as u64))
                } else {
                    span.part.describe(len)
                };
                (name, span.part.is_text(), span.bytes)
            })
            .collect()
    }
}

/// `2 bytes`
pub(crate) fn counted(bytes: u64) -> String {
    format!("{bytes} byte{}", if bytes == 1 { "" } else { "s" })
}
