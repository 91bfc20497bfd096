//! compare as a user starts it.

use std::process::Command;

use anyhow::Result;
use programs::{Ended, Process};

pub(crate) fn compare(arguments: &[&str]) -> Result<Command> {
    // Otherwise compare compiles them, within the time limit for its end.
    programs::build_all()?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_compare"));
    command.args(arguments).env_remove("OPEN_SESAME_KEY");
    Ok(command)
}

pub(crate) fn run(arguments: &[&str]) -> Result<Ended> {
    Process::start(&mut compare(arguments)?, b"")?.wait()
}

/// Returns the cells of a table's rows; the first row is its heading.
pub(crate) fn rows(lines: &[&str]) -> Vec<Vec<String>> {
    let rows = lines.iter().filter(|line| line.starts_with("| ") && !line.starts_with("| -"));
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}
