//! The first half: for each lesson, all four pairings of its programs through a tap. Do they come to their end, and say
//! what the lesson says they must?

mod check;
mod conversation;
mod dump;
mod lessons;
mod player;
mod report;
mod websocket;

use std::path::PathBuf;

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use programs::Language;

use check::Found;
use player::Player;

pub(crate) use lessons::{LESSONS, Lesson};

/// A program of the reader's own, and the program whose twin it stands in for.
#[derive(Clone, Debug)]
pub(crate) struct Original {
    pub(crate) file: PathBuf,
    pub(crate) role: String,
}

/// One server with one client.
struct Pairing {
    lesson: &'static Lesson,
    server: Player,
    client: Player,
    outcome: Outcome,
}

enum Outcome {
    Run(Found),
    /// There is no Python, or not all that the program needs of it.
    NotRun(String),
}

/// Plays all pairings and prints what came of them; whether all were run, came to their end, and said the same bytes.
pub(crate) fn compare(original: Option<&Original>) -> Result<bool> {
    let mut pairings = Vec::new();
    for lesson in LESSONS {
        if original.is_none_or(|original| lesson.has(&original.role)) {
            for (server, client) in Language::PAIRINGS {
                pairings.push((lesson, server, client));
            }
        }
    }
    let progress = ProgressBar::new(pairings.len() as u64)
        .with_style(ProgressStyle::with_template("{msg} {wide_bar} {pos} of {len}")?);
    let mut played = Vec::new();
    for (lesson, server, client) in pairings {
        let server = player(lesson.server, server, original);
        let client = player(lesson.client, client, original);
        progress.set_message(format!("{}: {server} and {client}", lesson.server));
        let needs_python = [&server, &client].iter().any(|player| player.is_python());
        let outcome = match crate::python::trouble(lesson.server) {
            Some(trouble) if needs_python => Outcome::NotRun(trouble),
            _ => Outcome::Run(check::check(lesson, &conversation::hold(lesson, &server, &client)?)),
        };
        played.push(Pairing { lesson, server, client, outcome });
        progress.inc(1);
    }
    progress.finish_and_clear();
    report::print(&played);
    Ok(played.iter().all(Pairing::is_well))
}

fn player(program: &str, language: Language, original: Option<&Original>) -> Player {
    match (language, original) {
        (Language::Rust, _) => Player::Rust,
        (Language::Python, Some(original)) if original.role == program => Player::Original(original.file.clone()),
        (Language::Python, _) => Player::Python,
    }
}

impl Pairing {
    fn is_well(&self) -> bool {
        matches!(&self.outcome, Outcome::Run(found) if found.is_well())
    }
}
