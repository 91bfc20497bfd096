//! Counts, saves and prints what passes, for all connections in one order.

use std::collections::HashMap;
use std::io::{self, ErrorKind, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use cli::Address;
use wire::{Direction, Event, Lesson};

use crate::capture::Capture;
use crate::conversation::Conversation;

pub(crate) struct Watcher {
    server: Address,
    lesson: Option<Lesson>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    open: HashMap<u64, Conversation>,
    capture: Option<Capture>,
    connections: u64,
    bytes_to_server: u64,
    bytes_to_client: u64,
    is_finished: bool,
}

impl Watcher {
    pub(crate) fn new(server: Address, lesson: Option<Lesson>, capture: Option<Capture>) -> Watcher {
        Watcher { server, lesson, state: Mutex::new(State { capture, ..State::default() }) }
    }

    /// Handles an event of this connection.
    ///
    /// # Errors
    /// Returns an error, once, if the event cannot be saved or printed. Nothing should pass unseen after that.
    pub(crate) fn handle(&self, connection: u64, event: Event<'_>) -> Result<()> {
        let mut state = self.state();
        if state.is_finished {
            return Ok(());
        }
        let result = self.record(&mut state, connection, event);
        state.is_finished = result.is_err();
        result
    }

    fn record(&self, state: &mut State, connection: u64, event: Event<'_>) -> Result<()> {
        if let Some(capture) = &mut state.capture {
            capture.record(connection, event)?;
        }
        match event {
            Event::Opened { .. } => {
                state.connections += 1;
                state.open.insert(connection, Conversation::new(self.lesson.as_ref()));
            }
            Event::Bytes(Direction::ToServer, bytes) => state.bytes_to_server += bytes.len() as u64,
            Event::Bytes(Direction::ToClient, bytes) => state.bytes_to_client += bytes.len() as u64,
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
        Ok(print(connection, &lines)?)
    }

    fn unreachable(&self, error: &io::Error) -> String {
        let reason = match error.kind() {
            ErrorKind::ConnectionRefused => format!("nothing listens on {}", self.server),
            _ => format!("cannot connect to {}: {error}", self.server),
        };
        format!("{reason}; reset the client's connection")
    }

    /// Stops handling events and returns a summary.
    pub(crate) fn finish(&self) -> String {
        let mut state = self.state();
        state.is_finished = true;
        let counted = |count: u64, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
        let connections = counted(state.connections, "connection");
        let [to_server, to_client] = [state.bytes_to_server, state.bytes_to_client].map(|bytes| counted(bytes, "byte"));
        format!("forwarded {connections}: {to_server} to the server, {to_client} to the client")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Prints lines of one connection at once, each after the connection's number.
fn print(connection: u64, lines: &[String]) -> io::Result<()> {
    let rows: String = lines.iter().map(|line| format!("{connection:>3} │ {line}\n")).collect();
    let mut stdout = io::stdout().lock();
    stdout.write_all(rows.as_bytes())?;
    stdout.flush()
}
