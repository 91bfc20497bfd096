//! A lesson as it is played: each step waits for what is to happen next, and shows it when it has.
//!
//! What programs print and what passes the tap comes by several threads; but nothing can come before its cause, so
//! a lesson that takes one thing after another shows them in an order in which they happened.

use std::fs;
use std::io::{Write, stdin};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use programs::Signal;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use tempfile::TempDir;
use wire::Direction::{ToClient, ToServer};
use wire::Span;
use wire::{Direction, Tap};

use crate::cast::{Actor, KEY_VARIABLE, tap_to};
use crate::expected::Expected;
use crate::happening::{Happening, Player, Untold};
use crate::stage::{Stage, Voice};
use crate::websocket::{Frame, is_agreed, whole};

/// How long to wait for what is to happen next: longer than any of it takes.
const WAIT: Duration = Duration::from_secs(10);

/// What a program says that uses the tutorial's key.
pub(crate) const KEY_NOTE: &str = "note: using the tutorial's key, which is public";

pub(crate) struct Play {
    pub(crate) stage: Stage,
    server: Option<(Actor, Tap)>,
    client: Option<Actor>,
    /// Where the programs run, and what they write stays.
    folder: TempDir,
    untold: Untold,
    coming: Receiver<Happening>,
    sender: Sender<Happening>,
    step: bool,
    parts: usize,
}

impl Play {
    /// An empty stage, with an ear for Ctrl-C and, to go step by step, for Enter.
    pub(crate) fn new(step: bool) -> Result<Play> {
        let (sender, coming) = channel();
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
        let interrupts = sender.clone();
        thread::Builder::new().spawn(move || {
            signals.forever().for_each(|_| drop(interrupts.send(Happening::Interrupt)));
        })?;
        if step {
            let enters = sender.clone();
            thread::Builder::new().spawn(move || {
                for _ in stdin().lines().map_while(Result::ok) {
                    let _ = enters.send(Happening::Enter);
                }
                let _ = enters.send(Happening::EndOfInput);
            })?;
        }
        let folder = tempfile::Builder::new().prefix("open-sesame-tour-").tempdir().context("no temporary folder")?;
        let (stage, untold) = (Stage::new(), Untold::default());
        Ok(Play { stage, server: None, client: None, folder, untold, coming, sender, step, parts: 0 })
    }

    /// The next part of a lesson: what it is called, and what to look for.
    pub(crate) fn part(&mut self, title: &str, what_to_see: &str) -> Result<()> {
        self.all_is_told()?;
        if self.step && self.parts > 0 {
            self.wait_for_enter()?;
        }
        self.parts += 1;
        Ok(self.stage.part(title, what_to_see)?)
    }

    /// Starts the server on a free port, with a tap before it; `note` is what it prints before it listens.
    pub(crate) fn start_server(&mut self, name: &str, options: &[&str], note: Option<&str>) -> Result<()> {
        let options = [&["--listen", "127.0.0.1:0"], options].concat();
        let server = self.enter(Player::Server, name, &options, None)?;
        if let Some(note) = note {
            self.says(Player::Server, note)?;
        }
        let address = self.listens(name)?;
        self.server = Some((server, tap_to(address, &self.sender)?));
        Ok(())
    }

    /// Starts ws-server on two free ports, with a tap before the one of this name.
    pub(crate) fn start_ws_server(&mut self, tapped: &str, options: &[&str]) -> Result<()> {
        let options = [&["--listen", "127.0.0.1:0", "--listen-token", "127.0.0.1:0"], options].concat();
        let server = self.enter(Player::Server, "ws-server", &options, None)?;
        self.says(Player::Server, KEY_NOTE)?;
        let addresses = [("echo", self.listens("ws-server (echo)")?), ("token", self.listens("ws-server (token)")?)];
        let address = addresses.iter().find(|(port, _)| *port == tapped).context("no such port")?.1;
        self.server = Some((server, tap_to(address, &self.sender)?));
        Ok(())
    }

    /// Starts a client that connects to the tap, with this key or the tutorial's own.
    pub(crate) fn start_client(&mut self, name: &str, key: Option<&str>) -> Result<()> {
        let address = self.tap_address()?.to_string();
        self.client = Some(self.enter(Player::Client, name, &["--connect", &address], key)?);
        Ok(())
    }

    /// Starts ws-client, which connects to the tap.
    pub(crate) fn start_ws_client(&mut self, options: &[&str]) -> Result<()> {
        let url = format!("ws://{}", self.tap_address()?);
        let options = [&["--connect", &url], options].concat();
        self.client = Some(self.enter(Player::Client, "ws-client", &options, None)?);
        Ok(())
    }

    /// Runs ws-token, and returns the token that it prints.
    pub(crate) fn mint(&mut self, options: &[&str]) -> Result<String> {
        let minter = self.enter(Player::Minter, "ws-token", options, None)?;
        self.says(Player::Minter, KEY_NOTE)?;
        // What every token begins with: {" in base64.
        let token = self.says(Player::Minter, "eyJ")?;
        let status = self.ended(Player::Minter, minter)?;
        ensure!(status == 0, "expected the minter to end with status 0; it was {status}");
        Ok(token)
    }

    /// Writes a file where the programs run.
    pub(crate) fn write_file(&mut self, name: &str, text: &str) -> Result<()> {
        fs::write(self.folder.path().join(name), format!("{text}\n"))
            .with_context(|| format!("cannot write {name}"))?;
        Ok(self.stage.row(Voice::Tour, &format!("writes it to the file {name:?}"))?)
    }

    /// The lines of a file that a program has written.
    pub(crate) fn read_file(&mut self, name: &str) -> Result<Vec<String>> {
        let text = fs::read_to_string(self.folder.path().join(name)).with_context(|| format!("cannot read {name}"))?;
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        self.stage.row(Voice::Tour, &format!("reads the file {name:?}"))?;
        lines.iter().try_for_each(|line| self.stage.row(Voice::Tour, &cli::escape(line.as_bytes())))?;
        Ok(lines)
    }

    /// Connects to the tap and says nothing.
    pub(crate) fn start_silent_client(&mut self) -> Result<TcpStream> {
        let address = self.tap_address()?;
        self.stage.row(Voice::Silent, &format!("connects to {address} and says nothing"))?;
        TcpStream::connect(address).map_err(|error| anyhow!("a silent client could not connect: {error}"))
    }

    /// The silent client closes its connection.
    pub(crate) fn hangs_up(&mut self, silent: TcpStream) -> Result<()> {
        drop(silent);
        Ok(self.stage.row(Voice::Silent, "hangs up")?)
    }

    /// Where clients connect to.
    pub(crate) fn tap_address(&self) -> Result<SocketAddr> {
        Ok(self.server.as_ref().context("no server was started")?.1.local_addr())
    }

    /// Waits for a line with `part` in it, and shows it.
    pub(crate) fn says(&mut self, player: Player, part: &str) -> Result<String> {
        let line =
            self.wait_for(&format!("the {player} to print {part:?}"), |untold| match untold.take_line(player, part) {
                Some(line) => Now::There(line),
                None if untold.ended.contains(&player) => Now::NeverMore,
                None => Now::NotYet,
            })?;
        self.stage.row(player.into(), &cli::escape(line.as_bytes()))?;
        Ok(line)
    }

    /// The user types a line at the client.
    pub(crate) fn types(&mut self, text: &str) -> Result<()> {
        self.stage.typed(Voice::Client, ">>>", text)?;
        let client = self.client.as_mut().context("no client was started")?;
        // Not as an io::Error: the client's pipe that closes is no normal end of the tour.
        writeln!(client.stdin, "{text}").map_err(|error| anyhow!("the client does not read what is typed: {error}"))
    }

    /// Waits for a connection; returns the client's address as the server sees it.
    pub(crate) fn opens(&mut self, wire: u64) -> Result<SocketAddr> {
        let seen_by_server = self.wait_for(&format!("connection {wire} to be opened"), |untold| {
            let wire = untold.wire(wire);
            match wire.opened {
                Some(address) => Now::There(address),
                None if wire.closed => Now::NeverMore,
                None => Now::NotYet,
            }
        })?;
        self.stage.row(Voice::Wire(wire), &format!("opens; the server sees it come from {seen_by_server}"))?;
        Ok(seen_by_server)
    }

    /// Waits for these parts, one behind the other, and shows them; returns their bytes.
    pub(crate) fn passes<const N: usize>(
        &mut self,
        wire: u64,
        direction: Direction,
        parts: [Expected; N],
    ) -> Result<[Vec<u8>; N]> {
        let mut passed = [const { Vec::new() }; N];
        for (part, passed) in parts.iter().zip(&mut passed) {
            let what = format!("{direction}, {} on connection {wire}", part.name());
            *passed = self.wait_for(&what, |untold| {
                let wire = untold.wire(wire);
                let is_over = wire.closed || wire.ended.contains(&direction);
                let bytes = wire.bytes(direction);
                if bytes.len() >= part.len && part.accepts(&bytes[..part.len]) {
                    return Now::There(bytes.drain(..part.len).collect());
                }
                if bytes.len() >= part.len || is_over { Now::NeverMore } else { Now::NotYet }
            })?;
        }
        let told = parts.iter().zip(&passed);
        let spans: Vec<_> = told
            .map(|(part, bytes)| Span { field: part.part, is_continuation: false, bytes, unmasked: None })
            .collect();
        self.stage.passes(wire, direction, &spans)?;
        Ok(passed)
    }

    /// Waits for one side of a handshake, and shows it line by line; returns it.
    pub(crate) fn handshake(&mut self, wire: u64, direction: Direction) -> Result<String> {
        let handshake = self.passes_whole(wire, direction, "a handshake", is_agreed)?;
        self.stage.passes(wire, direction, &self.untold.wire(wire).names(direction).feed(&handshake))?;
        Ok(String::from_utf8(handshake)?)
    }

    /// Waits for both sides of a handshake like one that was shown, and tells of it.
    pub(crate) fn handshake_in_short(&mut self, wire: u64) -> Result<()> {
        for direction in [ToServer, ToClient] {
            let handshake = self.passes_whole(wire, direction, "a handshake", is_agreed)?;
            self.untold.wire(wire).names(direction).feed(&handshake);
            let lines = handshake.iter().filter(|byte| **byte == b'\n').count();
            let first_line = handshake.split(|byte| *byte == b'\r').next().map(cli::escape).unwrap_or_default();
            self.stage.row(Voice::Wire(wire), &format!("{direction}  handshake, {lines} lines: {first_line}"))?;
        }
        Ok(())
    }

    /// Waits for a frame, and shows it; returns its bytes.
    pub(crate) fn frame(&mut self, wire: u64, direction: Direction, frame: &Frame) -> Result<Vec<u8>> {
        let bytes = self.passes_whole(wire, direction, &frame.to_string(), |spans| frame.is(spans))?;
        self.stage.passes(wire, direction, &self.untold.wire(wire).names(direction).feed(&bytes))?;
        Ok(bytes)
    }

    /// Waits for a whole handshake or frame; it is for the caller to tell.
    fn passes_whole(
        &mut self,
        wire: u64,
        direction: Direction,
        what: &str,
        accepts: impl Fn(&[Span<'_>]) -> bool,
    ) -> Result<Vec<u8>> {
        self.wait_for(&format!("{direction}, {what} on connection {wire}"), |untold| {
            let wire = untold.wire(wire);
            let is_over = wire.closed || wire.ended.contains(&direction);
            let names = wire.names(direction).clone();
            let bytes = wire.bytes(direction);
            match whole(&names, bytes) {
                Some(len) if accepts(&names.clone().feed(&bytes[..len])) => Now::There(bytes.drain(..len).collect()),
                None if !is_over => Now::NotYet,
                _ => Now::NeverMore,
            }
        })
    }

    /// Waits until one side of a connection has sent all that it will, and shows it.
    pub(crate) fn ends(&mut self, wire: u64, direction: Direction) -> Result<()> {
        self.wait_for(&format!("{direction}, the end on connection {wire}"), |untold| {
            let wire = untold.wire(wire);
            if wire.ended.contains(&direction) {
                return Now::There(());
            }
            if wire.closed { Now::NeverMore } else { Now::NotYet }
        })?;
        Ok(self.stage.row(Voice::Wire(wire), &format!("{direction}  end: no more bytes this way"))?)
    }

    /// Waits until a connection is closed, whichever side was first.
    pub(crate) fn closes(&mut self, wire: u64) -> Result<()> {
        self.wait_for(&format!("connection {wire} to be closed"), |untold| {
            if untold.wire(wire).closed { Now::There(()) } else { Now::NotYet }
        })?;
        Ok(self.stage.row(Voice::Wire(wire), "closed, both ways")?)
    }

    /// Whether the server has not closed the connection, as far as is known by now.
    pub(crate) fn is_open(&mut self, wire: u64) -> bool {
        let wire = self.untold.wire(wire);
        wire.opened.is_some() && !wire.closed && wire.ended.is_empty()
    }

    /// Waits until the client has ended, with this exit status.
    pub(crate) fn client_ends(&mut self, expected: i32) -> Result<()> {
        let client = self.client.take().context("no client was started")?;
        let status = self.ended(Player::Client, client)?;
        self.stage.row(Voice::Client, &format!("(ends with status {status})"))?;
        ensure!(status == expected, "expected the client to end with status {expected}; it was {status}");
        Ok(())
    }

    /// Ends the server as Ctrl-C does.
    pub(crate) fn stop_server(&mut self, last_words: &[&str]) -> Result<()> {
        self.stage.typed(Voice::Server, "", "^C")?;
        let (server, tap) = self.server.take().context("no server was started")?;
        server.process.signal(Signal::INT)?;
        for words in last_words {
            self.says(Player::Server, words)?;
        }
        let status = self.ended(Player::Server, server)?;
        ensure!(status == 0, "expected the server to end with status 0; it was {status}");
        // Nothing of this lesson must come in the next.
        self.wait_for("all connections to be closed", |untold| {
            if untold.wires.values().all(|wire| wire.closed) { Now::There(()) } else { Now::NotYet }
        })?;
        drop(tap);
        Ok(())
    }

    /// What the prose promised is so, and is said to be so; or else it is the error that this did not go as told.
    pub(crate) fn check(&mut self, what: &str, is_so: bool) -> Result<()> {
        ensure!(is_so, "expected that {what}; it is not so");
        Ok(self.stage.checked(what)?)
    }

    /// A lesson is over: nothing happened in it that was not told.
    pub(crate) fn end_lesson(&mut self) -> Result<()> {
        self.all_is_told()?;
        self.untold.wires.clear();
        self.untold.ended.clear();
        Ok(())
    }

    fn enter(&mut self, player: Player, name: &str, options: &[&str], key: Option<&str>) -> Result<Actor> {
        let key_set = key.map(|key| format!("{KEY_VARIABLE}={key} \\\n    ")).unwrap_or_default();
        let command = format!("{key_set}cargo run -p {name} -- {}", options.join(" "));
        self.stage.command(player.into(), &command)?;
        self.untold.ended.remove(&player);
        Actor::enter(player, name, options, key, self.folder.path(), &self.sender)
    }

    /// Where the server, or the port of it, says that it listens.
    fn listens(&mut self, name: &str) -> Result<SocketAddr> {
        let listening = format!("{name} listens on ");
        let line = self.says(Player::Server, &listening)?;
        let address = line.strip_prefix(&listening).and_then(|address| address.parse().ok());
        address.with_context(|| format!("no address in {line:?}"))
    }

    /// The exit status; killed by a signal, -1.
    fn ended(&mut self, player: Player, actor: Actor) -> Result<i32> {
        self.wait_for(&format!("the {player} to end"), |untold| {
            if untold.ended.contains(&player) { Now::There(()) } else { Now::NotYet }
        })?;
        Ok(actor.process.wait()?.status.code().unwrap_or(-1))
    }

    fn all_is_told(&self) -> Result<()> {
        ensure!(self.untold.is_all_told(), "expected nothing more; there came {}", self.untold);
        Ok(())
    }

    fn wait_for_enter(&mut self) -> Result<()> {
        if self.untold.nobody_at_the_keyboard && self.untold.enters == 0 {
            return Ok(());
        }
        self.stage.row(Voice::Tour, "Enter goes on")?;
        while self.untold.enters == 0 && !self.untold.nobody_at_the_keyboard {
            self.untold.take_in(self.coming.recv()?)?;
        }
        self.untold.enters = self.untold.enters.saturating_sub(1);
        Ok(())
    }

    /// Takes in what comes until what is waited for is there.
    fn wait_for<T>(&mut self, what: &str, mut look: impl FnMut(&mut Untold) -> Now<T>) -> Result<T> {
        let end = Instant::now() + WAIT;
        loop {
            match look(&mut self.untold) {
                Now::There(it) => return Ok(it),
                Now::NeverMore => bail!("expected {what}; there came {}", self.untold),
                Now::NotYet => {}
            }
            match self.coming.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(happening) => self.untold.take_in(happening)?,
                Err(_) => bail!("expected {what} within {WAIT:?}; there came {}", self.untold),
            }
        }
    }
}

/// How far what is waited for has come.
enum Now<T> {
    There(T),
    NotYet,
    /// What could have brought it has ended, or brought something else.
    NeverMore,
}
