//! Runs one pairing, with a tap between server and client.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use programs::{Line, Process, Server, Signal};
use wire::{Direction, Event, Lesson, tap};

use super::expected::Exchange;
use super::program::Program;

/// The maximum time for a client and its connections: longer than any deadline of a server.
const WAIT: Duration = Duration::from_secs(20);

/// The result of running a pairing.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// The connections on which either side sent something.
    pub(super) connections: Vec<Connection>,
    /// Why the conversation is not complete; empty if it is.
    pub(super) issues: Vec<String>,
}

/// The bytes of one connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Connection {
    pub(super) to_server: Vec<u8>,
    pub(super) to_client: Vec<u8>,
}

/// The bytes that passed on a connection, or `None` when it was closed.
type Passed = Option<(Direction, Vec<u8>)>;

/// Starts the server, types the messages at the client, and stops both. A failure of these programs is an issue.
pub(super) fn run(lesson: &Lesson, server: &Program, client: &Program, exchanges: &[Exchange]) -> Result<Run> {
    let mut issues = Vec::new();
    let (running, address) = match start(lesson, server) {
        Ok(started) => started,
        Err(error) => {
            return Ok(Run { issues: vec![format!("the server does not start: {error:#}")], ..Run::default() });
        }
    };
    let (sender, events) = channel();
    let listener = TcpListener::bind("127.0.0.1:0").context("no port for the tap")?;
    let tap_addr = listener.local_addr()?;
    // The thread stays in `accept` until compare exits.
    thread::Builder::new().spawn(move || {
        tap(&listener, &[address], move |connection, event| {
            let bytes = match event {
                Event::Bytes(direction, bytes) => Some((direction, bytes.to_vec())),
                Event::Closed => None,
                _ => return,
            };
            let _ = sender.send((connection, bytes));
        })
    })?;

    let input: String = exchanges.iter().map(|exchange| format!("{}\n", exchange.message)).collect();
    let input = format!("{input}{}\n", lesson.quit);
    let mut command = client.client(lesson, tap_addr)?;
    let client_result = wait_for_client(Process::start(&mut command, input.as_bytes())?, exchanges);
    // A client that failed may not have connected at all.
    let connections = receive(&events, usize::from(client_result.is_ok()));
    issues.extend(client_result.err().map(|error| format!("the client: {error:#}")));
    if connections.values().any(|(_, is_closed)| !is_closed) {
        issues.push(format!("a connection is still open after {WAIT:?}"));
    }
    // A naive program, or one of the reader's own, is killed: it need not handle signals.
    if server.is_naive() {
        let _ = running.process.signal(Signal::KILL);
        let lines = running.process.wait()?.lines;
        let result = if lesson.is_websocket() { Ok(()) } else { ensure_printed(&lines, lesson.log) };
        issues.extend(result.err().map(|error| format!("the server: {error:#}")));
    } else if server.is_ours() {
        let result = running.stop().and_then(|ended| ensure_printed(&ended.lines, lesson.log));
        issues.extend(result.err().map(|error| format!("the server: {error:#}")));
    }
    let connections = connections.into_values().map(|(connection, _)| connection);
    let said_something =
        |connection: &Connection| !(connection.to_server.is_empty() && connection.to_client.is_empty());
    Ok(Run { connections: connections.filter(said_something).collect(), issues })
}

/// Returns the server, and the address of the lesson's port. A server of the reader's own reports only that port.
fn start(lesson: &Lesson, server: &Program) -> Result<(Server, SocketAddr)> {
    let mut running = Server::from_command(&mut server.server(lesson)?)?;
    let is_second_port = lesson.token_reply.is_some() && server.is_ours();
    let address = if is_second_port { running.next_address()? } else { running.address };
    Ok((running, address))
}

/// The client must exit by itself with status 0 and print every reply.
fn wait_for_client(client: Process, exchanges: &[Exchange]) -> Result<()> {
    let ended = client.wait().context("it does not end")?;
    if !ended.status.success() {
        bail!("it ends with {}: {}", ended.status, ended.lines.last().map_or("", |line| &line.text));
    }
    exchanges.iter().try_for_each(|exchange| ensure_printed(&ended.lines, &exchange.reply))
}

fn ensure_printed(lines: &[Line], text: &str) -> Result<()> {
    ensure!(lines.iter().any(|line| line.text.contains(text)), "it did not print {text:?}");
    Ok(())
}

/// Receives what passes until all connections, but at least this many, are closed, or [`WAIT`] is over. Returns each
/// connection, and whether it was closed.
fn receive(events: &Receiver<(u64, Passed)>, at_least: usize) -> BTreeMap<u64, (Connection, bool)> {
    let end = Instant::now() + WAIT;
    let mut connections: BTreeMap<u64, (Connection, bool)> = BTreeMap::new();
    loop {
        let is_over = connections.len() >= at_least && connections.values().all(|(_, is_closed)| *is_closed);
        let wait = if is_over { Duration::ZERO } else { end.saturating_duration_since(Instant::now()) };
        let Ok((number, bytes)) = events.recv_timeout(wait) else { return connections };
        let (connection, is_closed) = connections.entry(number).or_default();
        match bytes {
            Some((Direction::ToServer, bytes)) => connection.to_server.extend(bytes),
            Some((Direction::ToClient, bytes)) => connection.to_client.extend(bytes),
            None => *is_closed = true,
        }
    }
}
