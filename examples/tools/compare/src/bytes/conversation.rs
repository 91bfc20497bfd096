//! Plays one pairing, with a tap between server and client.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use programs::{Line, Process, Server};
use wire::{Direction, Event, Tap};

use super::lessons::{Lesson, Port};
use super::player::Player;

/// How long a client and its connections may take: longer than any deadline of a server.
const WAIT: Duration = Duration::from_secs(20);

/// What passed, and what went wrong beside it.
#[derive(Debug, Default)]
pub(super) struct Conversation {
    /// The connections on which something was said.
    pub(super) connections: Vec<Passed>,
    /// What the client was given to show, where the lesson has such a thing.
    pub(super) token: String,
    /// Why it is not complete; empty if it is.
    pub(super) trouble: Vec<String>,
}

/// The bytes of one connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Passed {
    pub(super) to_server: Vec<u8>,
    pub(super) to_client: Vec<u8>,
    closed: bool,
}

/// Starts the server, lets the client talk to it, and ends both. What these programs do wrong is no error, but trouble.
pub(super) fn hold(lesson: &Lesson, server: &Player, client: &Player) -> Result<Conversation> {
    let token = if lesson.has_token() { client.token()? } else { String::new() };
    let mut conversation = Conversation { token, ..Conversation::default() };
    let (running, address) = match start(lesson, server) {
        Ok(started) => started,
        Err(error) => {
            conversation.trouble.push(format!("the server does not start: {error:#}"));
            return Ok(conversation);
        }
    };
    let (sender, coming) = channel();
    let listener = TcpListener::bind("127.0.0.1:0").context("no port for the tap")?;
    let tap = Tap::start(listener, address, move |connection, event| {
        let _ = sender.send((connection, Happening::of(event)));
    })?;

    let mut command = client.client(lesson, tap.local_addr())?;
    let input = lesson.input(&conversation.token);
    let client_ended = talk(Process::start(&mut command, input.as_bytes())?, lesson);
    // One that failed may not even have called.
    let connections = take_in(&coming, usize::from(client_ended.is_ok()));
    conversation.trouble.extend(client_ended.err().map(|error| format!("the client: {error:#}")));
    if connections.values().any(|connection| !connection.closed) {
        conversation.trouble.push(format!("a connection is still open after {WAIT:?}"));
    }
    // A server of the reader's own is killed: it need not know how to end.
    if server.is_ours() {
        let ended = running.stop().and_then(|ended| must_print(&ended.lines, lesson.server_prints));
        conversation.trouble.extend(ended.err().map(|error| format!("the server: {error:#}")));
    }
    conversation.connections = connections.into_values().filter(Passed::says_something).collect();
    Ok(conversation)
}

/// The server, and where the lesson's port is. One of the reader's own tells of that port alone.
fn start(lesson: &Lesson, server: &Player) -> Result<(Server, SocketAddr)> {
    let mut running = Server::from_command(&mut server.server(lesson)?)?;
    let mut address = running.address;
    if lesson.port == Port::Token && server.is_ours() {
        let line = running.line("(token) listens on ")?;
        address =
            line.rsplit(' ').next().and_then(|address| address.parse().ok()).context("no address of the token port")?;
    }
    Ok((running, address))
}

/// The client must end by itself, with status 0, and show every answer.
fn talk(mut client: Process, lesson: &Lesson) -> Result<()> {
    let lines = client.take_lines().all(WAIT).context("it does not end")?;
    let status = client.wait()?.status;
    if !status.success() {
        let last = lines.last().map(|line| line.text.clone()).unwrap_or_default();
        anyhow::bail!("it ends with {status}: {last}");
    }
    lesson.answers().try_for_each(|text| must_print(&lines, text))
}

fn must_print(lines: &[Line], text: &str) -> Result<()> {
    anyhow::ensure!(lines.iter().any(|line| line.text.contains(text)), "it did not print {text:?}");
    Ok(())
}

enum Happening {
    Opened,
    Bytes(Direction, Vec<u8>),
    Closed,
    /// Nothing that matters here.
    Other,
}

impl Happening {
    fn of(event: Event<'_>) -> Happening {
        match event {
            Event::Opened { .. } => Happening::Opened,
            Event::Bytes(direction, bytes) => Happening::Bytes(direction, bytes.to_vec()),
            Event::Closed => Happening::Closed,
            Event::Unreachable(_) | Event::End(_) | Event::Reset(_) => Happening::Other,
        }
    }
}

/// What passed until all connections, so many at least, were closed, or no longer than may be waited for.
fn take_in(coming: &Receiver<(u64, Happening)>, at_least: usize) -> BTreeMap<u64, Passed> {
    let end = Instant::now() + WAIT;
    let mut connections: BTreeMap<u64, Passed> = BTreeMap::new();
    loop {
        let is_over = connections.len() >= at_least && connections.values().all(|connection| connection.closed);
        let wait = if is_over { Duration::ZERO } else { end.saturating_duration_since(Instant::now()) };
        let Ok((number, happening)) = coming.recv_timeout(wait) else { return connections };
        match happening {
            Happening::Opened => drop(connections.entry(number).or_default()),
            Happening::Bytes(Direction::ToServer, bytes) => {
                connections.entry(number).or_default().to_server.extend(bytes);
            }
            Happening::Bytes(Direction::ToClient, bytes) => {
                connections.entry(number).or_default().to_client.extend(bytes);
            }
            Happening::Closed => connections.entry(number).or_default().closed = true,
            Happening::Other => {}
        }
    }
}

impl Passed {
    fn says_something(&self) -> bool {
        !self.to_server.is_empty() || !self.to_client.is_empty()
    }
}
