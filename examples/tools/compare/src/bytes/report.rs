//! The table of all pairings, and what is wrong with those that are not well.

use cli::{escape, say};

use super::{Outcome, Pairing};
use crate::table::Table;

pub(super) fn print(pairings: &[Pairing]) {
    let mut table = Table::new(["lesson", "server", "client", "conversation", "bytes"]);
    for pairing in pairings {
        let (conversation, bytes) = match &pairing.outcome {
            Outcome::NotRun(_) => ("not run", "not compared"),
            Outcome::Run(found) => (
                if found.trouble.is_empty() { "complete" } else { "not complete" },
                if found.differences.is_empty() { "the same" } else { "different" },
            ),
        };
        let players = [&pairing.server, &pairing.client].map(ToString::to_string);
        let [server, client] = players;
        table.row([pairing.lesson.title.to_owned(), server, client, conversation.to_owned(), bytes.to_owned()]);
    }
    say!("{table}");
    for pairing in pairings {
        print_details(pairing);
    }
    if pairings.iter().any(|pairing| matches!(&pairing.outcome, Outcome::Run(found) if !found.differences.is_empty())) {
        say!("");
        say!(
            "In the dumps -- is a byte that is new each time (nonce, stamp, a WebSocket's key or mask) and well as it came;"
        );
        say!(
            "of a WebSocket handshake there are the lines that it must have, and what was masked is shown as it was said."
        );
    }
    say!("");
    let well = pairings.iter().filter(|pairing| pairing.is_well()).count();
    say!("{well} of {} pairings complete, with the bytes that the lesson says", pairings.len());
    let mut reasons: Vec<(&str, usize)> = Vec::new();
    for pairing in pairings {
        let Outcome::NotRun(why) = &pairing.outcome else { continue };
        match reasons.iter_mut().find(|(reason, _)| reason == why) {
            Some((_, count)) => *count += 1,
            None => reasons.push((why, 1)),
        }
    }
    for (why, count) in reasons {
        say!("{count} not run: {why}");
    }
}

fn print_details(pairing: &Pairing) {
    let Outcome::Run(found) = &pairing.outcome else { return };
    if found.is_well() {
        return;
    }
    say!("");
    say!("{}: server {}, client {}", pairing.lesson.title, pairing.server, pairing.client);
    for trouble in &found.trouble {
        say!("{}", escape(trouble.as_bytes()));
    }
    for difference in &found.differences {
        say!("{difference}");
    }
}
