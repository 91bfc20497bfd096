//! If a lesson does not go as its page shows, the tour says where and ends with status 1.
//!
//! The tour runs the programs in its own folder. Here a script replaces one of them.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use anyhow::{Context, Result};
use programs::{Language, Process, root};

use crate::{TOUR, empty_folder};

/// Plays lesson 1 with a script for gate-client, and returns the last line on standard error.
fn play_with(test: &str, script: &str) -> Result<String> {
    let real = |name| programs::command(name, Language::Rust);
    let (server, client) = (real("gate-server")?, real("gate-client")?);
    let folder = empty_folder(test)?;
    fs::hard_link(TOUR, folder.join("tour"))?;
    symlink(server.get_program(), folder.join("gate-server"))?;
    let script = format!("#!/bin/sh\n{}\n", script.replace("REAL", &client.get_program().to_string_lossy()));
    fs::write(folder.join("gate-client"), script)?;
    fs::set_permissions(folder.join("gate-client"), fs::Permissions::from_mode(0o755))?;

    // Otherwise cargo would build the real programs there.
    let ended = Process::start(Command::new(folder.join("tour")).arg("1").env("CARGO", "true"), b"")?.wait()?;
    fs::remove_dir_all(&folder)?;
    assert_eq!(ended.status.code(), Some(1), "{:?}", ended.lines);
    Ok(ended.err().last().context("no error")?.to_string())
}

/// Where the page has this line, as `FILE:NUMBER`.
fn place(text: &str) -> Result<String> {
    let page = fs::read_to_string(root().join("docs/lesson-1-gate.md"))?;
    let index = page.lines().position(|line| line.contains(text)).context("the page lost the line")?;
    Ok(format!("docs/lesson-1-gate.md:{}", index + 1))
}

#[test]
fn a_client_with_another_key() -> Result<()> {
    let accepted = ": accepted, it holds the key";
    let note = "note: using the tutorial's key, which is public; set your own with --key-file or OPEN_SESAME_KEY";
    let error = play_with("other_key", &format!("echo \"{note}\"\nOPEN_SESAME_KEY=other exec 'REAL' \"$@\""))?;
    let begin =
        format!("tour: docs/lesson-1-gate.md does not go as written: {}: expected `127.0.0.1:", place(accepted)?);
    assert!(error.starts_with(&begin), "{error}");
    assert!(error.contains(&format!("{accepted}`, but terminal server shows `127.0.0.1:")), "{error}");
    assert!(error.ends_with(": rejected, it does not hold the key`"), "{error}");
    Ok(())
}

#[test]
fn a_client_that_prints_nothing() -> Result<()> {
    let error = play_with("nothing", "exit 3")?;
    let end = "OPEN_SESAME_KEY`, but terminal client shows nothing more";
    assert!(error.contains(": expected `note: using ") && error.ends_with(end), "{error}");
    Ok(())
}
