use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::net::SocketAddr;

use wire::Direction;
use wire::{Dissector, LESSONS};

/// What comes to the tour from elsewhere, in the order in which it comes: nothing is there before its cause.
#[derive(Debug)]
pub(crate) enum Happening {
    Line(Player, String),
    /// A program has ended, or has at least closed all that it printed to.
    Ended(Player),
    Opened(u64, SocketAddr),
    Bytes(u64, Direction, Vec<u8>),
    /// No more bytes this way, whether by an end or by a reset.
    End(u64, Direction),
    Closed(u64),
    Enter,
    /// Nobody is there to press Enter.
    EndOfInput,
    Interrupt,
}

/// Whose program it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Player {
    Server,
    Client,
    /// Who mints tokens.
    Minter,
}

/// Ctrl-C, or another signal to end.
#[derive(Debug)]
pub(crate) struct Interrupted;

/// What has come and was not told yet.
#[derive(Debug, Default)]
pub(crate) struct Untold {
    pub(crate) lines: Vec<(Player, String)>,
    pub(crate) ended: HashSet<Player>,
    pub(crate) wires: BTreeMap<u64, Wire>,
    pub(crate) enters: usize,
    pub(crate) nobody_at_the_keyboard: bool,
}

/// A connection through the tap.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    /// The client's address, as the server sees it.
    pub(crate) opened: Option<SocketAddr>,
    pub(crate) bytes: HashMap<Direction, Vec<u8>>,
    /// What those bytes are, where they are WebSocket's.
    names: HashMap<Direction, Dissector>,
    pub(crate) ended: HashSet<Direction>,
    pub(crate) closed: bool,
}

impl Untold {
    pub(crate) fn take_in(&mut self, happening: Happening) -> Result<(), Interrupted> {
        match happening {
            Happening::Line(player, text) => self.lines.push((player, text)),
            Happening::Ended(player) => drop(self.ended.insert(player)),
            Happening::Opened(wire, seen_by_server) => self.wire(wire).opened = Some(seen_by_server),
            Happening::Bytes(wire, direction, bytes) => self.wire(wire).bytes(direction).extend(bytes),
            Happening::End(wire, direction) => drop(self.wire(wire).ended.insert(direction)),
            Happening::Closed(wire) => self.wire(wire).closed = true,
            Happening::Enter => self.enters += 1,
            Happening::EndOfInput => self.nobody_at_the_keyboard = true,
            Happening::Interrupt => return Err(Interrupted),
        }
        Ok(())
    }

    pub(crate) fn wire(&mut self, number: u64) -> &mut Wire {
        self.wires.entry(number).or_default()
    }

    /// The first of the player's lines that has `part` in it.
    pub(crate) fn take_line(&mut self, player: Player, part: &str) -> Option<String> {
        let at = self.lines.iter().position(|(who, line)| *who == player && line.contains(part))?;
        Some(self.lines.remove(at).1)
    }

    pub(crate) fn is_all_told(&self) -> bool {
        self.lines.is_empty() && self.wires.values().all(|wire| wire.bytes.values().all(Vec::is_empty))
    }
}

impl Wire {
    pub(crate) fn bytes(&mut self, direction: Direction) -> &mut Vec<u8> {
        self.bytes.entry(direction).or_default()
    }

    pub(crate) fn names(&mut self, direction: Direction) -> &mut Dissector {
        self.names.entry(direction).or_insert_with(|| Dissector::new(&LESSONS[4], direction))
    }
}

/// For the user, who is to see what differed.
impl fmt::Display for Untold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.lines.iter().map(|(player, line)| format!("{player}: {:?}", cli::escape(line.as_bytes())));
        let pieces = self.wires.iter().flat_map(|(number, wire)| {
            wire.bytes.iter().filter(|(_, bytes)| !bytes.is_empty()).map(move |(direction, bytes)| {
                format!("wire {number}, {direction}, {} bytes: {:?}", bytes.len(), cli::escape(bytes))
            })
        });
        let untold = lines.chain(pieces).collect::<Vec<_>>();
        if untold.is_empty() {
            f.write_str("nothing")?;
        }
        f.write_str(&untold.join("; "))?;
        let is_open = |wire: &Wire| wire.opened.is_some() && !wire.closed;
        let open: Vec<_> = self.wires.iter().filter(|(_, wire)| is_open(wire)).map(|(number, _)| number).collect();
        if open.is_empty() { Ok(()) } else { write!(f, "; open connections: {open:?}") }
    }
}

impl fmt::Display for Player {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Player::Server => "server",
            Player::Client => "client",
            Player::Minter => "minter",
        })
    }
}

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}
