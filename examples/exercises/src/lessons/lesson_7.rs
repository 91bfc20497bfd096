//! The exercises of lesson 7, and the search for attacks that one of them runs.

use std::array;
use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt::{self, Display, Formatter};
use std::io::{ErrorKind, Read, Write};
use std::iter::repeat;
use std::net::{Shutdown, TcpStream};
use std::slice;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use auth::mutual::{ChannelBinding, Role, proof};
use auth::{Key, Nonce as RandomNonce, Response};
use programs::Ended;

use crate::exercise::Exercise;
use crate::program::Program;
use crate::{expect, random};

/// The exercises of lesson 7.
pub(crate) const EXERCISES: &[Exercise] = &[
    Exercise {
        lesson: 7,
        name: "proof-by-hand",
        checks: &[
            ("knows which bytes a proof covers", predicts_covered_bytes),
            ("knows the proof of the client", |program| {
                program
                    .predicts_bytes("first 8 bytes of the client's proof", &known_proof(Role::Client)?.as_bytes()[..8])
            }),
            ("knows the proof of the server", |program| {
                program
                    .predicts_bytes("first 8 bytes of the server's proof", &known_proof(Role::Server)?.as_bytes()[..8])
            }),
        ],
    },
    Exercise {
        lesson: 7,
        name: "role-label",
        checks: &[
            ("two clients: the search finds no attack", |program| withstands(program, 2, 0)),
            ("one client and one server: the search finds no attack", |program| withstands(program, 1, 1)),
            ("three clients and three servers: the search finds no attack", |program| withstands(program, 3, 3)),
        ],
    },
    Exercise {
        lesson: 7,
        name: "mp-message",
        checks: &[
            ("reads messages that arrive in pieces", reads_pieces),
            ("refuses a length that is negative or too large, without waiting", refuses_lengths),
            ("tells an end inside a message from one after it", tells_the_ends_apart),
        ],
    },
];

fn predicts_covered_bytes(program: &Program) -> Result<()> {
    program.predicts("number of bytes that a proof covers", 118)?;
    program.predicts_bytes("bytes 18 to 23 of what the client's proof covers", b"nt\0\0\0\0")?;
    program.predicts_bytes("bytes 52 to 57 of what the client's proof covers", &[0, 0, 0, 1, 2, 3])
}

/// Returns a proof for the key and the nonces in the task of proof-by-hand.
fn known_proof(role: Role) -> Result<Response> {
    let [server_nonce, client_nonce, key] = [0, 0x20, 0x40].map(|first| array::from_fn(|index| first + index as u8));
    let [server_nonce, client_nonce] = [server_nonce, client_nonce].map(RandomNonce::from);
    Ok(proof(&Key::new(key)?, role, ChannelBinding::None, server_nonce, client_nonce))
}

/// A random number, by its owner. No two are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Nonce {
    Client(usize),
    Server(usize),
    Attacker,
}

impl Display for Nonce {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Nonce::Client(number) => write!(f, "client {}", number + 1),
            Nonce::Server(number) => write!(f, "server {}", number + 1),
            Nonce::Attacker => f.write_str("the attacker"),
        }
    }
}

/// The role that proves, the nonce of the server, and that of the client.
type Proof = (&'static str, Nonce, Nonce);

/// What the learner's function covers in each proof. An attacker can pass a proof on where the same bytes are covered.
struct Search(HashMap<Proof, Vec<u8>>);

/// One side of a handshake.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
struct Session {
    /// The nonce that it received from its peer.
    peer: Option<Nonce>,
    accepted: bool,
}

/// Where each session is. A client that has a peer has sent its nonce and its proof; a server sends its nonce first, and
/// its proof when it accepts.
#[derive(Clone, PartialEq, Eq, Hash)]
struct State {
    clients: Vec<Session>,
    servers: Vec<Session>,
}

fn withstands(program: &Program, clients: usize, servers: usize) -> Result<()> {
    let nonces: Vec<Nonce> =
        (0..clients).map(Nonce::Client).chain((0..servers).map(Nonce::Server)).chain([Nonce::Attacker]).collect();
    let search = Search(covered(program, &nonces)?);
    let Some(steps) = search.attack(clients, servers) else { return Ok(()) };
    bail!("there is an attack:\n    {}", steps.join("\n    "))
}

/// Asks the learner's function what each proof covers.
fn covered(program: &Program, nonces: &[Nonce]) -> Result<HashMap<Proof, Vec<u8>>> {
    let values = nonces.iter().map(|nonce| Ok((*nonce, random::bytes(32)?))).collect::<Result<HashMap<_, _>>>()?;
    let mut proofs = Vec::<Proof>::new();
    for server in nonces {
        proofs.extend(nonces.iter().flat_map(|client| [("client", *server, *client), ("server", *server, *client)]));
    }
    let line = |(role, server, client): &Proof| {
        format!("{role} {} {}\n", wire::hex(&values[server]), wire::hex(&values[client]))
    };
    // Twice: once for the side that makes a proof, and once for the side that checks it.
    let input: String = proofs.iter().chain(&proofs).map(line).collect();
    let ended = program.run(&[], input.as_bytes())?;
    expect::success(&ended)?;
    let mut table = HashMap::new();
    for (proof, got) in proofs.iter().chain(&proofs).zip(ended.out().into_iter().chain(repeat(""))) {
        let got = wire::from_hex(got).with_context(|| format!("the harness printed {got:?}"))?;
        if let Some(first) = table.insert(*proof, got.clone()) {
            expect::bytes("what the second call with the same values returns", &first, &got)?;
        }
    }
    Ok(table)
}

impl Search {
    /// Visits every state, those with the fewest steps first. Returns the steps of the first attack.
    fn attack(&self, clients: usize, servers: usize) -> Option<Vec<String>> {
        let start = State { clients: vec![Session::default(); clients], servers: vec![Session::default(); servers] };
        let mut seen = HashSet::from([start.clone()]);
        let mut queue = VecDeque::from([(start, Vec::new())]);
        while let Some((state, path)) = queue.pop_front() {
            if let Some(victim) = state.victim() {
                return Some(
                    [path, vec![format!("Nobody in the other role used the two nonces of {victim}.")]].concat(),
                );
            }
            for (step, next) in self.steps(&state) {
                if seen.insert(next.clone()) {
                    queue.push_back((next, [&path[..], &[step]].concat()));
                }
            }
        }
        None
    }

    /// Returns every step that is possible: one message that the attacker delivers, and the state after it.
    fn steps(&self, state: &State) -> Vec<(String, State)> {
        let (nonces, proofs) = state.sent();
        // Returns who made a proof that is right where this one is expected.
        let maker = |expected: Proof| {
            let (role, server, client) = *proofs.iter().find(|proof| self.0.get(*proof) == self.0.get(&expected))?;
            Some(if role == "client" { client } else { server })
        };
        let mut steps = Vec::new();
        for (number, session) in state.clients.iter().enumerate() {
            let own = Nonce::Client(number);
            let Some(peer) = session.peer else {
                steps.extend(nonces.iter().map(|nonce| {
                    let mut next = state.clone();
                    next.clients[number].peer = Some(*nonce);
                    (format!("{own} gets the nonce of {nonce}; it sends its own, and its proof."), next)
                }));
                continue;
            };
            if let Some(maker) = maker(("server", peer, own)).filter(|_| !session.accepted) {
                let mut next = state.clone();
                next.clients[number].accepted = true;
                steps.push((format!("{own} gets the proof of {maker}, and accepts."), next));
            }
        }
        for (number, _) in state.servers.iter().enumerate().filter(|(_, session)| !session.accepted) {
            let own = Nonce::Server(number);
            for nonce in &nonces {
                let Some(maker) = maker(("client", own, *nonce)) else { continue };
                let mut next = state.clone();
                next.servers[number] = Session { peer: Some(*nonce), accepted: true };
                let step = format!(
                    "{own} gets the nonce of {nonce} and the proof of {maker}; it accepts, and sends its proof."
                );
                steps.push((step, next));
            }
        }
        steps
    }
}

impl State {
    /// Returns all nonces and proofs that were sent.
    fn sent(&self) -> (Vec<Nonce>, Vec<Proof>) {
        let servers = self.servers.iter().enumerate().map(|(number, session)| (Nonce::Server(number), session.peer));
        let clients = self.clients.iter().enumerate().map(|(number, session)| (Nonce::Client(number), session.peer));
        let active: Vec<(Nonce, Nonce)> = clients.filter_map(|(own, peer)| Some((own, peer?))).collect();
        let mut nonces = vec![Nonce::Attacker];
        nonces.extend(servers.clone().map(|(own, _)| own));
        nonces.extend(active.iter().map(|(own, _)| *own));
        let mut proofs: Vec<Proof> = active.iter().map(|(own, peer)| ("client", *peer, *own)).collect();
        proofs.extend(servers.filter_map(|(own, peer)| Some(("server", own, peer?))));
        (nonces, proofs)
    }

    /// Returns a session that has accepted, and has no partner in the other role with the same two nonces.
    fn victim(&self) -> Option<Nonce> {
        let partner = |own, session: &Session| match (own, session.peer?) {
            (Nonce::Client(_), Nonce::Server(number)) => self.servers.get(number),
            (Nonce::Server(_), Nonce::Client(number)) => self.clients.get(number),
            _ => None,
        };
        let is_victim = |own, session: &Session| {
            session.accepted && partner(own, session).is_none_or(|partner| partner.peer != Some(own))
        };
        let clients = self.clients.iter().enumerate().map(|(number, session)| (Nonce::Client(number), session));
        let servers = self.servers.iter().enumerate().map(|(number, session)| (Nonce::Server(number), session));
        clients.chain(servers).find(|(own, session)| is_victim(*own, session)).map(|(own, _)| own)
    }
}

fn reads_pieces(program: &Program) -> Result<()> {
    let messages = [random::bytes(9)?, Vec::new(), random::bytes(20)?];
    let stream: Vec<u8> = messages.iter().flat_map(|message| with_length(message)).collect();
    let (_, ended) = program.run_as_client(&[], |mut client| {
        for piece in stream.chunks(3) {
            client.write_all(piece)?;
            // Time for the program to read this piece by itself.
            thread::sleep(Duration::from_millis(40));
        }
        Ok(client.shutdown(Shutdown::Write)?)
    })?;
    expect::success(&ended)?;
    prints(&ended, &messages)
}

fn refuses_lengths(program: &Program) -> Result<()> {
    let first = random::bytes(256)?;
    for length in [257_i32, i32::MAX, -1, i32::MIN] {
        let (_, ended) = program.run_as_client(&[], |mut client| {
            client.write_all(&with_length(&first))?;
            client.write_all(&length.to_be_bytes())?;
            client.write_all(&[b'x'; 300])?;
            let has_ended = has_ended(client)?;
            ensure!(has_ended, "after a length of {length}, your program waits for more; it should end");
            Ok(())
        })?;
        ensure!(!ended.status.success(), "your program accepts a message with a length of {length}");
        prints(&ended, slice::from_ref(&first))?;
    }
    Ok(())
}

fn tells_the_ends_apart(program: &Program) -> Result<()> {
    let first = random::bytes(5)?;
    let whole = with_length(&first);
    let second = with_length(&random::bytes(30)?);
    for (rest, is_good) in [(0, true), (2, false), (4, false), (33, false)] {
        let (_, ended) = program.run_as_client(&[], |mut client| {
            client.write_all(&[&whole, &second[..rest]].concat())?;
            Ok(client.shutdown(Shutdown::Write)?)
        })?;
        prints(&ended, slice::from_ref(&first))?;
        let after = format!("the stream ended after a whole message and {rest} bytes of the next");
        ensure!(ended.status.success() == is_good, "{after}, and your program ended with {}", ended.status);
    }
    Ok(())
}

fn with_length(message: &[u8]) -> Vec<u8> {
    [&(message.len() as u32).to_be_bytes()[..], message].concat()
}

fn prints(ended: &Ended, messages: &[Vec<u8>]) -> Result<()> {
    let expected: Vec<_> = messages.iter().map(|message| wire::hex(message)).collect();
    expect::same("what your program printed", expected.join("\n"), ended.out().join("\n"))
}

/// Waits until the program closes the connection, which it may also reset.
fn has_ended(mut client: TcpStream) -> Result<bool> {
    client.set_read_timeout(Some(Duration::from_secs(2)))?;
    match client.read(&mut [0]) {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Ok(false),
        _ => Ok(true),
    }
}
