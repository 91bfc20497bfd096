//! One connection as printed lines of at most 80 columns.

use std::time::Instant;

use wire::hexdump::HexDump;
use wire::websocket::is_control;
use wire::{Direction, Dissector, Event, Field, Lesson, Span};

/// The columns of the time since the connection was opened: `   0.000s`.
const TIME: usize = 9;
/// The columns of `client → server`.
const DIRECTION: usize = 15;
/// The columns of the connection's number and the bar: `  1 │ `.
const NUMBER: usize = 6;
/// The columns that are left for a description.
const DESCRIPTION: usize = 80 - NUMBER - TIME - 2 - DIRECTION - 2;

pub(crate) struct Conversation {
    opened: Instant,
    to_server: Side,
    to_client: Side,
}

/// The bytes in one direction.
struct Side {
    direction: Direction,
    dissector: Option<Dissector>,
    dump: HexDump,
    /// Dumps the payload of WebSocket messages: a frame can break a character, and a control frame can come in between.
    messages: HexDump,
}

impl Conversation {
    /// Starts a conversation that was opened now.
    pub(crate) fn new(lesson: Option<&Lesson>) -> Conversation {
        let side = |direction| Side {
            direction,
            dissector: lesson.map(|lesson| Dissector::new(lesson, direction)),
            dump: HexDump::default(),
            messages: HexDump::default(),
        };
        Conversation {
            opened: Instant::now(),
            to_server: side(Direction::ToServer),
            to_client: side(Direction::ToClient),
        }
    }

    /// Returns the lines to print for an event.
    pub(crate) fn lines(&mut self, event: Event<'_>) -> Vec<String> {
        let time = format!("{:>8.3}s", self.opened.elapsed().as_secs_f64());
        match event {
            Event::Opened { client, seen_by_server, .. } => vec![
                format!("{time}  opened by {client}"),
                format!("{:TIME$}  seen by the server as {seen_by_server}", ""),
            ],
            Event::Bytes(Direction::ToServer, piece) => self.to_server.lines(&time, piece),
            Event::Bytes(Direction::ToClient, piece) => self.to_client.lines(&time, piece),
            Event::End(direction) => vec![format!("{time}  {direction:DIRECTION$}  end: no more bytes this way")],
            Event::Reset(direction) => vec![format!("{time}  {direction:DIRECTION$}  reset")],
            Event::Closed => vec![format!("{time}  closed")],
            // A conversation begins when its connection is opened.
            Event::Unreachable(_) => Vec::new(),
        }
    }
}

impl Side {
    /// Returns a description of each field with its bytes below. Without a lesson, a piece is one field.
    fn lines(&mut self, time: &str, piece: &[u8]) -> Vec<String> {
        let spans = match &mut self.dissector {
            Some(dissector) => dissector.feed(piece),
            None => vec![Span { field: Field::Any, is_continuation: false, bytes: piece, unmasked: None }],
        };
        let mut lines = Vec::new();
        for span in spans {
            lines.extend(self.description(time, &span.describe()));
            let dump = match span.field {
                Field::Payload(opcode) if !is_control(opcode) => &mut self.messages,
                _ => &mut self.dump,
            };
            let mut rows = dump.rows(&span);
            // What follows is encrypted, and every row looks like this one.
            if matches!(span.field, Field::Record(_)) && rows.len() > 1 {
                rows.truncate(1);
                rows[0] += "  …";
            }
            lines.extend(rows.into_iter().map(|row| format!("  {row}")));
        }
        lines
    }

    /// Wraps a description.
    fn description(&self, time: &str, description: &str) -> Vec<String> {
        let direction = self.direction;
        let mut lines = Vec::new();
        let mut margin = format!("{time}  {direction:DIRECTION$}");
        let mut rest = description;
        while let Some(space) = rest.get(..=DESCRIPTION).and_then(|row| row.rfind(' ')) {
            lines.push(format!("{margin}  {}", &rest[..space]));
            margin = " ".repeat(TIME + 2 + DIRECTION);
            rest = &rest[space + 1..];
        }
        lines.push(format!("{margin}  {rest}"));
        lines
    }
}
