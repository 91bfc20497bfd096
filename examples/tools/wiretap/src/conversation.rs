//! One connection, as it is printed: 80 columns are enough.

use std::time::Instant;

use wire::hexdump::{HexDump, TextColumn};
use wire::websocket::is_control;
use wire::{Direction, Event};
use wire::{Dissector, Field, Lesson, Span};

/// The columns of the time since the connection was opened: `   0.000s`.
const TIME: usize = 9;
/// The columns of `client → server`.
const WAY: usize = 15;
/// The columns of the connection's number and the bar: `  1 │ `.
const NUMBER: usize = 6;
/// What that leaves for a name.
const NAME: usize = 80 - NUMBER - TIME - 2 - WAY - 2;

pub(crate) struct Conversation {
    opened: Instant,
    to_server: Side,
    to_client: Side,
}

/// What goes one way.
struct Side {
    direction: Direction,
    dissector: Option<Dissector>,
    dump: HexDump,
    /// The payload of WebSocket messages, for a frame may tear a character as a piece may.
    messages: HexDump,
}

impl Conversation {
    /// One that begins now.
    pub(crate) fn new(lesson: Option<Lesson>) -> Conversation {
        let side = |direction| {
            let dissector = lesson.map(|lesson| Dissector::new(lesson, direction));
            Side { direction, dissector, dump: HexDump::default(), messages: HexDump::default() }
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
    /// A line for each part, with its bytes under it; without a lesson, all is one.
    fn lines(&mut self, time: &str, piece: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        match self.dissector.as_mut().map(|dissector| dissector.feed(piece)) {
            None => {
                lines.extend(self.name(time, &counted(piece.len() as u64)));
                lines.extend(indented(self.dump.rows(piece, TextColumn::AnyText)));
            }
            Some(spans) => {
                for span in spans {
                    lines.extend(self.name(time, &span.describe()));
                    lines.extend(indented(self.rows(&span)));
                }
            }
        }
        lines
    }

    /// What something is called; on several lines if need be.
    fn name(&self, time: &str, name: &str) -> Vec<String> {
        let direction = self.direction;
        let mut lines = Vec::new();
        let mut margin = format!("{time}  {direction:WAY$}");
        let mut rest = name;
        while let Some(space) = rest.get(..=NAME).and_then(|row| row.rfind(' ')) {
            lines.push(format!("{margin}  {}", &rest[..space]));
            margin = " ".repeat(TIME + 2 + WAY);
            rest = &rest[space + 1..];
        }
        lines.push(format!("{margin}  {rest}"));
        lines
    }

    /// The bytes, and what they say.
    fn rows(&mut self, span: &Span<'_>) -> Vec<String> {
        let beside = match span.field.is_text() {
            Some(true) => TextColumn::Text,
            Some(false) => TextColumn::Nothing,
            None => TextColumn::AnyText,
        };
        let dump = match span.field {
            Field::Payload(opcode) if !is_control(opcode) => &mut self.messages,
            _ => &mut self.dump,
        };
        dump.rows_of_masked(span.bytes, span.plain(), beside)
    }
}

fn indented(rows: Vec<String>) -> impl Iterator<Item = String> {
    rows.into_iter().map(|row| format!("  {row}"))
}

/// `2 bytes`
pub(crate) fn counted(bytes: u64) -> String {
    format!("{bytes} byte{}", if bytes == 1 { "" } else { "s" })
}
