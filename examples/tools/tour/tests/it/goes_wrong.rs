//! Where a lesson does not go as told, the tour says what differed, and its exit status is 1.
//!
//! The tour runs the programs that stand beside it. Here it stands beside others: the real ones, but with a key, a
//! deadline or a limit that is not what the tour asked for.
#![cfg(unix)]

use crate::shared;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::thread;

use anyhow::{Context, Result};
use programs::{Ended, Language, Process};
use shared::TOUR;

/// Plays a lesson with one of its programs replaced by a shell script; REAL in it is that program.
fn play_with(lesson: &str, right: &[&str], replaced: &str, script: &str) -> Result<Ended> {
    // A folder for each test.
    let test = thread::current().name().unwrap_or_default().to_owned();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    fs::hard_link(TOUR, folder.join("tour"))?;
    for right in right {
        symlink(programs::command(right, Language::Rust)?.get_program(), folder.join(right))?;
    }
    let real = programs::command(replaced, Language::Rust)?;
    let real = real.get_program().to_str().context("a path that is UTF-8")?;
    let script_path = folder.join(replaced);
    fs::write(&script_path, format!("#!/bin/sh\n{}\n", script.replace("REAL", &format!("exec '{real}'"))))?;
    fs::set_permissions(&script_path, fs::Permissions::from_mode(0o755))?;

    // Cargo would put the real programs in their place.
    let mut tour = Command::new(folder.join("tour"));
    let ended = Process::start(tour.arg(lesson).env("CARGO", "true"), b"")?.wait();
    fs::remove_dir_all(&folder)?;
    ended
}

fn assert_differs(ended: &Ended, message: &str) {
    assert_eq!(ended.status.code(), Some(1), "{:?}", ended.lines);
    let last = ended.err().last().copied().unwrap_or_default();
    assert!(last.starts_with(message), "{last}");
}

const OTHER_KEY: &str = "echo \"note: using the tutorial's key, which is public\"\nOPEN_SESAME_KEY=other REAL \"$@\"";

#[test]
fn a_gate_client_with_another_key() -> Result<()> {
    let ended = play_with("1", &["gate-server"], "gate-client", OTHER_KEY)?;
    let message = "tour: lesson 1 did not go as told: expected that the answer is HMAC-MD5 of that nonce, with the \
                   tutorial's key; it is not so";
    assert_differs(&ended, message);
    Ok(())
}

#[test]
fn an_echo_server_with_another_key() -> Result<()> {
    let ended = play_with("2", &["echo-client"], "echo-server", OTHER_KEY)?;
    assert_differs(&ended, "tour: lesson 2 did not go as told: expected the server to print \"127.0.0.1:");
    let last = ended.err().last().copied().unwrap_or_default();
    assert!(last.contains("accepted, it holds the key\" within 10s; there came server: \"127.0.0.1:"), "{last}");
    assert!(last.contains("rejected, it does not hold the key\""), "{last}");
    Ok(())
}

#[test]
fn a_line_server_that_waits_less_long() -> Result<()> {
    let ended = play_with("3", &["line-client"], "line-server", "REAL --listen 127.0.0.1:0 --deadline 500ms")?;
    assert_differs(&ended, "tour: lesson 3 did not go as told: expected that the answer came 0.");
    Ok(())
}

#[test]
fn a_threaded_server_that_serves_one_at_a_time() -> Result<()> {
    let ended = play_with("4", &["threaded-client"], "threaded-server", "REAL \"$@\" --max-connections 1")?;
    assert_differs(&ended, "tour: lesson 4 did not go as told: expected the server to print \"127.0.0.1:");
    let last = ended.err().last().copied().unwrap_or_default();
    assert!(last.ends_with("within 10s; there came nothing; open connections: [3, 4]"), "{last}");
    Ok(())
}

#[test]
fn a_ws_server_that_takes_longer_messages() -> Result<()> {
    let script = "REAL --listen 127.0.0.1:0 --listen-token 127.0.0.1:0";
    let ended = play_with("5", &["ws-client"], "ws-server", script)?;
    let message = "tour: lesson 5 did not go as told: expected server → client, a close frame, 1009 \"a message has at \
                   most 40 bytes\" on connection 2; there came ";
    assert_differs(&ended, message);
    let last = ended.err().last().copied().unwrap_or_default();
    assert!(
        last.contains("wire 2, server → client, 63 bytes: ") && last.contains("Server received: however long"),
        "{last}"
    );
    Ok(())
}

#[test]
fn a_token_of_another_key() -> Result<()> {
    let key = "0123456789abcdef0123456789abcdef";
    let ended =
        play_with("6", &["ws-server", "ws-client"], "ws-token", &OTHER_KEY.replace("=other", &format!("={key}")))?;
    assert_differs(&ended, "tour: lesson 6 did not go as told: expected that the signature is HMAC-SHA-256 of ");
    Ok(())
}

#[test]
fn a_program_that_is_not_there() -> Result<()> {
    let ended = play_with("1", &["gate-server"], "gate-client", "exit 3")?;
    assert_differs(&ended, "tour: lesson 1 did not go as told: expected the client to print \"note: ");
    Ok(())
}
