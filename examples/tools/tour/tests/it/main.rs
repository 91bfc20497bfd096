//! One test binary; each module tests one behaviour.
#![cfg(unix)]

mod colour;
mod goes_wrong;
mod keys;
mod plays_pages;

use std::process::Command;
use std::sync::LazyLock;

use anyhow::{Result, ensure};
use programs::{Ended, Process};
use tempfile::TempDir;

const TOUR: &str = env!("CARGO_BIN_EXE_tour");

/// Returns a command that runs the tour. A key of the user's own must change nothing.
fn tour(arguments: &[&str]) -> Result<Command> {
    build()?;
    let mut command = Command::new(TOUR);
    command.args(arguments).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").env("OPEN_SESAME_KEY", "my own");
    // The programs are up to date, so that the tour need not run cargo.
    command.env("CARGO", "true");
    Ok(command)
}

/// Builds all programs, once for all tests.
fn build() -> Result<()> {
    static BUILT: LazyLock<Result<()>> =
        LazyLock::new(|| programs::build(&["wiretap"]).and_then(|()| programs::build_all()));
    ensure!(BUILT.is_ok(), "the programs cannot be built");
    Ok(())
}

fn play(arguments: &[&str]) -> Result<Ended> {
    Process::start(&mut tour(arguments)?, b"")?.wait()
}

fn empty_folder() -> Result<TempDir> {
    Ok(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?)
}
