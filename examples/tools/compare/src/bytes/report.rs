//! The table of all pairings, and details of those that differ.

use cli::{escape, say};

use super::{Outcome, Pairing};

/// Prints a row of the table. Rows come one by one, so that the user sees how far the comparison is.
pub(super) fn print_row([lesson, server, client, conversation, bytes]: [&str; 5], name_width: usize) {
    say!("| {lesson:12} | {server:name_width$} | {client:name_width$} | {conversation:12} | {bytes:12} |");
}

/// Prints the differences, and how many pairings are the same.
pub(super) fn print_details(pairings: &[Pairing]) {
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
