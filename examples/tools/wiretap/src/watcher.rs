//! What is done with what passes: it is counted, saved and printed, in one order for all connections.

use std::collections::HashMap;
use std::io::{self, ErrorKind, Write};
use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use cli::Address;
use wire::Lesson;
use wire::{Direction, Event};

use crate::capture::Capture;
use crate::conversation::{Conversation, counted};

pub(crate) struct Watcher {
    server: Address,
    lesson: Option<Lesson>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    open: HashMap<u64, Conversation>,
    capture: Option<Capture>,
    passed: Passed,
    finished: bool,
}

/// What has passed so far.
#[derive(Clone, Copy, Default)]
struct Passed {
    connections: u64,
    to_server: u64,
    to_client: u64,
}

impl Watcher {
    pub(crate) fn new(server: Address, lesson: Option<Lesson>, capture: Option<Capture>) -> Watcher {
        Watcher { server, lesson, state: Mutex::new(State { capture, ..State::default() }) }
    }

    /// Takes an event in. One that fails is an end: what is not saved or shown should not go on unseen.
    pub(crate) fn sees(&self, connection: u64, event: Event<'_>) -> Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.finished {
            return Ok(());
        }
        let result = self.take_in(&mut state, connection, event);
        // Said once.
        state.finished = result.is_err();
        result
    }

    fn take_in(&self, state: &mut State, connection: u64, event: Event<'_>) -> Result<()> {
        if let Some(capture) = &mut state.capture {
            capture.take_in(connection, event)?;
        }
        match event {
            Event::Opened { .. } => {
                state.passed.connections += 1;
                state.open.insert(connection, Conversation::new(self.lesson));
            }
            Event::Bytes(Direction::ToServer, bytes) => state.passed.to_server += bytes.len() as u64,
            Event::Bytes(Direction::ToClient, bytes) => state.passed.to_client += bytes.len() as u64,
            _ => {}
        }
        let lines = match (event, state.open.get_mut(&connection)) {
            (Event::Unreachable(error), _) => vec![self.unreachable(error)],
            (_, Some(conversation)) => conversation.lines(event),
            (_, None) => Vec::new(),
        };
        if matches!(event, Event::Closed) {
            state.open.remove(&connection);
        }
        print(connection, &lines)?;
        Ok(())
    }

    fn unreachable(&self, error: &io::Error) -> String {
        let reason = match error.kind() {
            ErrorKind::ConnectionRefused => format!("nothing listens on {}", self.server),
            _ => format!("cannot connect to {}: {error}", self.server),
        };
        format!("{reason}; the client is reset")
    }

    /// Nothing is taken in any more; says what was.
    pub(crate) fn finish(&self) -> String {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.finished = true;
        let Passed { connections, to_server, to_client } = state.passed;
        let s = if connections == 1 { "" } else { "s" };
        format!(
            "forwarded {connections} connection{s}: {} to the server, {} to the client",
            counted(to_server),
            counted(to_client)
        )
    }
}

/// Prints lines of one connection, each behind its number, in one piece.
fn print(connection: u64, lines: &[String]) -> io::Result<()> {
    let rows: String = lines.iter().map(|line| format!("{connection:>3} │ {line}\n")).collect();
    let mut stdout = io::stdout().lock();
    stdout.write_all(rows.as_bytes())?;
    stdout.flush()
}
