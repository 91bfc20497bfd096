//! Why a proof needs a label and both nonces: a search through everything that an attacker can do with a few sessions.
//!
//! The attacker carries every message: reads it, drops it, or delivers it to anyone, as often as it likes. MACs are opaque:
//! the attacker can pass one on, but not make one. A handshake is safe if whoever accepts has a partner in the other role
//! that used the same two nonces.

use std::collections::{HashSet, VecDeque};

/// A random number, by its owner: `c0` is the first client, `s0` the first server, `a0` the attacker. No two are equal.
type Nonce = (char, usize);
/// What a MAC covers: a label and nonces. Two MACs are equal if they cover the same.
type Mac = (&'static str, Vec<Nonce>);

/// Which fields a proof covers, and who is first.
#[derive(Clone, Copy)]
struct Protocol {
    has_label: bool,
    has_both_nonces: bool,
    /// Whether the server proves itself before it checks the client, as naive-mutual-server does.
    responds_to_strangers: bool,
}

/// Where each session is. A nonce is the one that it received from its peer.
#[derive(Clone, PartialEq, Eq, Hash)]
struct State {
    /// These clients have sent a nonce and their proof.
    clients: Vec<Option<Nonce>>,
    client_accepted: Vec<bool>,
    /// These servers have sent their proof.
    servers: Vec<Option<Nonce>>,
    server_accepted: Vec<bool>,
}

impl Protocol {
    /// Returns the proof of a role. With a single nonce, it covers the other side's.
    fn proof(self, role: &'static str, server: Nonce, client: Nonce) -> Mac {
        let challenge = if role == "client" { server } else { client };
        let nonces = if self.has_both_nonces { vec![server, client] } else { vec![challenge] };
        (if self.has_label { role } else { "" }, nonces)
    }

    /// Returns all nonces and MACs that were sent.
    fn sent(self, state: &State) -> (Vec<Nonce>, HashSet<Mac>) {
        let (mut nonces, mut macs) = (vec![('a', 0)], HashSet::new());
        for (number, server_nonce) in state.clients.iter().enumerate() {
            nonces.extend(server_nonce.map(|_| ('c', number)));
            macs.extend(server_nonce.map(|server_nonce| self.proof("client", server_nonce, ('c', number))));
        }
        for (number, client_nonce) in state.servers.iter().enumerate() {
            // A server that responds to strangers sends its nonce after its response.
            if client_nonce.is_some() || !self.responds_to_strangers {
                nonces.push(('s', number));
            }
            macs.extend(client_nonce.map(|client_nonce| self.proof("server", ('s', number), client_nonce)));
        }
        (nonces, macs)
    }

    /// Returns every step that is possible: one message that the attacker delivers, and the state after it.
    fn steps(self, state: &State) -> Vec<(String, State)> {
        let (nonces, macs) = self.sent(state);
        let mut steps = Vec::new();
        let mut step = |text: String, change: &dyn Fn(&mut State)| {
            let mut next = state.clone();
            change(&mut next);
            steps.push((text, next));
        };
        for (number, server_nonce) in state.clients.iter().enumerate() {
            match server_nonce {
                None => nonces.iter().for_each(|(owner, of)| {
                    step(format!("c{number} gets {owner}{of}"), &|next| next.clients[number] = Some((*owner, *of)));
                }),
                Some(nonce) if macs.contains(&self.proof("server", *nonce, ('c', number))) => {
                    step(format!("c{number} accepts"), &|next| next.client_accepted[number] = true);
                }
                Some(_) => {}
            }
        }
        for (number, client_nonce) in state.servers.iter().enumerate() {
            let is_proof = |nonce| macs.contains(&self.proof("client", ('s', number), nonce));
            for nonce in nonces.iter().filter(|_| client_nonce.is_none()) {
                let (owner, of) = nonce;
                if self.responds_to_strangers {
                    step(format!("s{number} gets {owner}{of}"), &|next| next.servers[number] = Some(*nonce));
                } else if is_proof(*nonce) {
                    step(format!("s{number} gets {owner}{of}, accepts"), &|next| {
                        next.servers[number] = Some(*nonce);
                        next.server_accepted[number] = true;
                    });
                }
            }
            if client_nonce.is_some_and(is_proof) {
                step(format!("s{number} accepts"), &|next| next.server_accepted[number] = true);
            }
        }
        steps
    }

    /// Visits every state, those with the fewest steps first. Returns their number, or the steps of an attack.
    fn search(self, clients: usize, servers: usize) -> Result<usize, String> {
        let start = State {
            clients: vec![None; clients],
            client_accepted: vec![false; clients],
            servers: vec![None; servers],
            server_accepted: vec![false; servers],
        };
        let mut seen = HashSet::from([start.clone()]);
        let mut queue = VecDeque::from([(start, Vec::new())]);
        while let Some((state, path)) = queue.pop_front() {
            if !state.is_safe() {
                return Err(path.join("; "));
            }
            for (step, next) in self.steps(&state) {
                if seen.insert(next.clone()) {
                    queue.push_back((next, [&path[..], &[step]].concat()));
                }
            }
        }
        Ok(seen.len())
    }
}

impl State {
    /// Whether all who accepted have a partner in the other role with the same two nonces.
    fn is_safe(&self) -> bool {
        let has_partner = |own: Nonce, peer: Option<Nonce>, role: char, others: &[Option<Nonce>]| {
            peer.is_some_and(|(owner, number)| owner == role && others[number] == Some(own))
        };
        let client_is_safe =
            |(number, peer): (usize, &Option<Nonce>)| has_partner(('c', number), *peer, 's', &self.servers);
        let server_is_safe =
            |(number, peer): (usize, &Option<Nonce>)| has_partner(('s', number), *peer, 'c', &self.clients);
        self.clients.iter().enumerate().all(|session| !self.client_accepted[session.0] || client_is_safe(session))
            && self
                .servers
                .iter()
                .enumerate()
                .all(|session| !self.server_accepted[session.0] || server_is_safe(session))
    }
}

#[test]
fn only_a_label_and_both_nonces_withstand() {
    let attack = |has_label, has_both_nonces| {
        let protocol = Protocol { has_label, has_both_nonces, responds_to_strangers: false };
        protocol.search(2, 2).expect_err("no attack")
    };
    let naive = Protocol { has_label: false, has_both_nonces: false, responds_to_strangers: true };
    // Without any client: the nonce of one connection is the challenge on another, and the response goes back.
    assert_eq!(naive.search(0, 2), Err("s0 gets a0; s1 gets s0; s0 accepts".to_owned()));
    // The server accepts a proof that c0 made for it, but with another nonce than c0 sent.
    assert_eq!(attack(false, false), "c0 gets s0; s0 gets a0, accepts");
    assert_eq!(attack(true, false), "c0 gets s0; s0 gets a0, accepts");
    // The client accepts its own proof.
    assert_eq!(attack(false, true), "c0 gets a0; c0 accepts");

    let ours = Protocol { has_label: true, has_both_nonces: true, responds_to_strangers: false };
    let states: Vec<_> = (1..=3).map(|count| ours.search(count, count)).collect();
    assert_eq!(states, [Ok(5), Ok(70), Ok(1661)]);
}
