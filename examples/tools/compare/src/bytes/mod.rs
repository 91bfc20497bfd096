//! The bytes: runs each lesson's programs in all four pairings through a tap. Do they complete the conversation, and do
//! they send the bytes that the lesson defines?

mod check;
mod expected;
mod pattern;
mod program;
mod report;
mod run;

use std::path::PathBuf;

use anyhow::Result;
use wire::{LESSONS, Lesson};

pub(crate) use program::Program;

/// A program of the reader's own, and the program whose twin it replaces.
#[derive(Clone, Debug)]
pub(crate) struct Original {
    pub(crate) file: PathBuf,
    pub(crate) role: String,
}

/// One server with one client.
struct Pairing {
    lesson: &'static Lesson,
    server: Program,
    client: Program,
    outcome: Outcome,
}

enum Outcome {
    Run {
        /// Why the conversation is not complete.
        issues: Vec<String>,
        /// Where other bytes passed.
        differences: Vec<String>,
    },
    /// Python, or a package that the program needs, is missing.
    NotRun(String),
}

/// Runs all pairings, or all with a naive program, and prints the result. Returns whether all were run, completed, and sent
/// the lesson's bytes.
pub(crate) fn compare(original: Option<&Original>, with_naive: bool) -> Result<bool> {
    let is_wanted =
        |lesson: &&Lesson| original.is_none_or(|original| [lesson.server, lesson.client].contains(&&original.role[..]));
    let mut chosen = Vec::new();
    for lesson in LESSONS.iter().filter(is_wanted) {
        for server in Program::versions(lesson, lesson.server, original, with_naive) {
            for client in Program::versions(lesson, lesson.client, original, with_naive) {
                if !with_naive || server.is_naive() || client.is_naive() {
                    chosen.push((lesson, server.clone(), client));
                }
            }
        }
    }
    let names =
        chosen.iter().flat_map(|(_, server, client)| [server, client]).map(|name| name.to_string().chars().count());
    let name_width = names.chain(["server".len()]).max().unwrap_or_default();
    report::print_row(["lesson", "server", "client", "conversation", "bytes"], name_width);
    let [dashes, name_dashes] = [12, name_width].map(|width| "-".repeat(width));
    report::print_row([&dashes, &name_dashes, &name_dashes, &dashes, &dashes], name_width);
    let mut pairings = Vec::new();
    for (lesson, server, client) in chosen {
        let outcome = play(lesson, &server, &client)?;
        let [conversation, bytes] = outcome.words(lesson);
        let cells = [lesson.title, &server.to_string(), &client.to_string(), conversation, bytes];
        report::print_row(cells, name_width);
        pairings.push(Pairing { lesson, server, client, outcome });
    }
    report::print_details(&pairings);
    Ok(pairings.iter().all(|pairing| pairing.outcome.is_success()))
}

fn play(lesson: &Lesson, server: &Program, client: &Program) -> Result<Outcome> {
    if let Some(reason) = crate::python::missing(lesson.server).filter(|_| server.is_python() || client.is_python()) {
        return Ok(Outcome::NotRun(reason));
    }
    let token = if lesson.token_reply.is_some() { client.token()? } else { String::new() };
    let mut exchanges = expected::exchanges(lesson, &token);
    if lesson.token_reply.is_some() && server.is_naive() {
        // The tutorial's session ends after the token.
        exchanges.truncate(1);
    }
    let run::Run { connections, issues } = run::run(lesson, server, client, &exchanges)?;
    Ok(Outcome::Run { issues, differences: check::differences(lesson, &exchanges, &connections) })
}

impl Outcome {
    /// Returns whether the conversation is complete, and whether the bytes are the same.
    fn words(&self, lesson: &Lesson) -> [&'static str; 2] {
        match self {
            Outcome::NotRun(_) => ["not run", "not compared"],
            Outcome::Run { issues, differences } => [
                if issues.is_empty() { "complete" } else { "not complete" },
                match (differences.is_empty(), lesson.is_encrypted()) {
                    (true, true) => "encrypted",
                    (true, false) => "the same",
                    (false, _) => "different",
                },
            ],
        }
    }

    fn is_success(&self) -> bool {
        matches!(self, Outcome::Run { issues, differences } if issues.is_empty() && differences.is_empty())
    }
}
