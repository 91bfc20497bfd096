//! If a lesson does not go as its page shows, the tour says where and ends with status 1.
//!
//! The tour runs the programs in its own folder. Here a script replaces one of them.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use anyhow::{Context, Result};
use programs::{Language, Process, root};

use crate::{TOUR, empty_folder};

#[test]
fn a_client_with_another_key() -> Result<()> {
    let real = |name| programs::command(name, Language::Rust);
    let (server, client) = (real("gate-server")?, real("gate-client")?);
    let folder = empty_folder()?;
    let [tour, fake_client] = ["tour", "gate-client"].map(|name| folder.path().join(name));
    fs::hard_link(TOUR, &tour)?;
    symlink(server.get_program(), folder.path().join("gate-server"))?;
    for name in ["naive-gate-server", "attack"] {
        symlink(real(name)?.get_program(), folder.path().join(name))?;
    }
    let note = "note: using the tutorial's key, which is public; set your own with --key-file or OPEN_SESAME_KEY";
    let client = client.get_program().display();
    let script = format!("#!/bin/sh\necho \"{note}\"\nOPEN_SESAME_KEY=other exec '{client}' \"$@\"\n");
    fs::write(&fake_client, script)?;
    fs::set_permissions(&fake_client, Permissions::from_mode(0o755))?;

    // Otherwise cargo would build the real programs there.
    let ended = Process::start(Command::new(tour).arg("1").env("CARGO", "true"), b"")?.wait()?;
    assert_eq!(ended.status.code(), Some(1), "{:?}", ended.lines);

    let accepted = ": accepted, it holds the key";
    let page = fs::read_to_string(root().join("docs/lesson-1-gate.md"))?;
    let scene = page.find("console scene=gate ").context("the page lost the scene")?;
    let before = page[..scene].lines().count();
    let line = before + page[scene..].lines().position(|line| line.ends_with(accepted)).context("no line")?;
    let place = format!("docs/lesson-1-gate.md does not go as written: docs/lesson-1-gate.md:{line}");
    let error = ended.err().pop().unwrap_or_default();
    assert!(error.starts_with(&format!("tour: {place}: expected `127.0.0.1:")), "{error}");
    assert!(error.contains(&format!("{accepted}`, but terminal server shows `127.0.0.1:")), "{error}");
    assert!(error.ends_with(": rejected, it does not hold the key`"), "{error}");
    Ok(())
}
