//! Runs the client to its end.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;
use programs::{Ended, Language, Process, command};

/// What the client does with these options and a key of its own, when one line is typed.
#[allow(dead_code, reason = "not every test has need of it")]
pub(crate) fn ended(options: &[&str]) -> Result<Ended> {
    with_key(Some("a key for this test"), options)
}

/// What it does where the environment has this key.
pub(crate) fn with_key(key: Option<&str>, options: &[&str]) -> Result<Ended> {
    let mut command = command("gate-client", Language::Rust)?;
    command.args(options).envs(key.map(|key| ("OPEN_SESAME_KEY", key)));
    Process::start(&mut command, b"hello\n")?.wait()
}

/// A file for one test's key; which file of them all says the name.
#[allow(dead_code, reason = "not every test has need of it")]
pub(crate) fn key_file(name: &str, bytes: Option<&[u8]>) -> Result<String> {
    let path: PathBuf = [env!("CARGO_TARGET_TMPDIR"), &format!("gate-client-{name}")].iter().collect();
    match bytes {
        Some(bytes) => fs::write(&path, bytes)?,
        None => drop(fs::remove_file(&path)),
    }
    Ok(path.display().to_string())
}
