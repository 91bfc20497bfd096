//! compare as a user starts it.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;
use programs::{Ended, Process};

pub(crate) fn compare(arguments: &[&str]) -> Result<Command> {
    // Or else it builds them, while its end is waited for.
    programs::build_all()?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_compare"));
    command.args(arguments).env_remove("OPEN_SESAME_KEY");
    Ok(command)
}

pub(crate) fn run(arguments: &[&str]) -> Result<Ended> {
    Process::start(&mut compare(arguments)?, b"")?.wait()
}

/// A table's rows, each as its cells; its heading is the first.
pub(crate) fn rows(lines: &[&str]) -> Vec<Vec<String>> {
    let rows = lines.iter().filter(|line| line.starts_with("| "));
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// A file for this test alone.
pub(crate) fn file(name: &str, text: &str) -> Result<PathBuf> {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text)?;
    Ok(path)
}
