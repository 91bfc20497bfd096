//! One test binary; each module tests one behaviour.

mod against_a_server;
mod leaves_nothing;
mod matrix;
mod refusals;

use anyhow::Result;
use programs::{Ended, Language, Process, command};

/// Runs the attack to its end.
fn attack(arguments: &[&str]) -> Result<Ended> {
    Process::start(command("attack", Language::Rust)?.args(arguments), b"")?.wait()
}
