//! The tour as a user starts it.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use programs::{Ended, Process};

/// Longer than a tour takes, that of a slow machine aside.
pub(crate) const WAIT: Duration = Duration::from_secs(60);

pub(crate) const TOUR: &str = env!("CARGO_BIN_EXE_tour");

pub(crate) fn tour(arguments: &[&str]) -> Result<Command> {
    // Or else it builds them, while its end is waited for.
    programs::build_all()?;
    let mut command = Command::new(TOUR);
    command.args(arguments).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").env_remove("OPEN_SESAME_KEY");
    Ok(command)
}

pub(crate) fn play(arguments: &[&str]) -> Result<Ended> {
    Process::start(&mut tour(arguments)?, b"")?.wait()
}

/// The headings of a transcript: what is underlined.
pub(crate) fn headings<'a>(shown: &[&'a str]) -> Vec<&'a str> {
    let underlined = |pair: &&[&str]| pair[1].starts_with(['═', '─']);
    shown.windows(2).filter(underlined).map(|pair| pair[0]).collect()
}
