//! A client that does not hold the key is rejected, in all pairings of languages.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use programs::{Language, Server, run};

#[test]
fn who_does_not_hold_the_key_is_rejected() -> Result<()> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("another_key");
    fs::write(&path, "芝麻关门\n")?;
    for (server, client) in Language::PAIRINGS {
        let mut gate = Server::start("gate-server", server, &[])?;
        let options = ["--connect", &gate.address.to_string(), "--key-file", path.to_str().context("a path")?];
        let ended = run("gate-client", client, &options, b"")?;
        // It is not told.
        assert!(ended.status.success(), "{server:?}, {client:?}: {ended:?}");
        let verdict = gate.line("the key")?;
        let note = "note: the key is the tutorial's";
        let verdict = if verdict.starts_with(note) { gate.line("the key")? } else { verdict };
        assert!(verdict.ends_with(": rejected, it does not hold the key"), "{server:?}, {client:?}: {verdict}");
        // A wrong answer is a verdict, not a failure.
        let last = "gate-server served 1: 1 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 0";
        assert_eq!(gate.stop()?.out().last(), Some(&last), "{server:?}, {client:?}");
    }
    Ok(())
}
