//! The table of all pairings, and details of those that differ.

use cli::{escape, say};

use super::{Outcome, Pairing};
use crate::table::Table;

pub(super) fn print(pairings: &[Pairing]) {
    let mut table = Table::new(["lesson", "server", "client", "conversation", "bytes"]);
    for Pairing { lesson, server, client, outcome } in pairings {
        let (conversation, bytes) = match outcome {
            Outcome::NotRun(_) => ("not run", "not compared"),
            Outcome::Run { issues, differences } => (
                if issues.is_empty() { "complete" } else { "not complete" },
                if differences.is_empty() { "the same" } else { "different" },
            ),
        };
        table.row([lesson.title, &server.to_string(), &client.to_string(), conversation, bytes].map(str::to_owned));
    }
    say!("{table}");
    let mut is_different = false;
    // Several pairings often fail in the same way: then their names come first, and the details once.
    let mut failures: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    let mut reasons: Vec<(&str, usize)> = Vec::new();
    for Pairing { lesson, server, client, outcome } in pairings {
        match outcome {
            Outcome::Run { .. } if outcome.is_success() => {}
            Outcome::Run { issues, differences } => {
                is_different |= !differences.is_empty();
                let name = format!("{}: server {server}, client {client}", lesson.title);
                let mut details: Vec<String> = issues.iter().map(|issue| escape(issue.as_bytes())).collect();
                details.extend_from_slice(differences);
                match failures.iter_mut().find(|(_, other)| *other == details) {
                    Some((names, _)) => names.push(name),
                    None => failures.push((vec![name], details)),
                }
            }
            Outcome::NotRun(reason) => match reasons.iter_mut().find(|(other, _)| other == reason) {
                Some((_, count)) => *count += 1,
                None => reasons.push((reason, 1)),
            },
        }
    }
    for (names, details) in &failures {
        say!("");
        names.iter().chain(details).for_each(|line| say!("{line}"));
    }
    if is_different {
        say!("");
        say!(
            "In the dumps, -- is a byte that is different every time: in a nonce, a timestamp, a host or a key. Handshakes are"
        );
        say!("reduced to the lines that WebSocket requires, and payloads are unmasked.");
    }
    say!("");
    let successes = pairings.iter().filter(|pairing| pairing.outcome.is_success()).count();
    say!("{successes} of {} pairings are complete, with the bytes that the lesson defines", pairings.len());
    for (reason, count) in reasons {
        say!("{count} not run: {reason}");
    }
}
