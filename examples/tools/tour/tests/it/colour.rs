//! Colour at a terminal; none in a pipe, and none with NO_COLOR.

use crate::shared;

use std::process::Command;

use anyhow::{Result, ensure};
use programs::Process;
use shared::{TOUR, play};

const ESCAPE: char = '\u{1b}';

/// Runs the tour at a terminal, which is one of Python's making, and returns what came to it.
fn at_a_terminal(no_color: Option<&str>) -> Result<Vec<String>> {
    let python = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) != 0)";
    let mut command = Command::new(std::env::var_os("PYTHON").unwrap_or("python3".into()));
    command.args(["-c", python, TOUR, "1"]);
    command.env("TERM", "xterm-256color").env_remove("NO_COLOR").env_remove("CLICOLOR");
    command.envs(no_color.map(|value| ("NO_COLOR", value)));
    let ended = Process::start(&mut command, b"")?.wait()?;
    ensure!(ended.status.success(), "{:?}", ended.lines);
    // What cargo shows is not the tour's.
    let lines = ended.out().into_iter().map(str::to_owned);
    Ok(lines.skip_while(|line| !line.contains("Each row begins")).collect())
}

#[test]
fn server_and_client_are_told_apart_by_colour_at_a_terminal() -> Result<()> {
    let shown = at_a_terminal(None)?.concat();
    assert!(shown.contains("\u{1b}[36mserver │\u{1b}[0m"), "{shown}");
    assert!(shown.contains("\u{1b}[32mclient │\u{1b}[0m"), "{shown}");
    Ok(())
}

#[test]
fn with_no_color_there_is_none_at_a_terminal() -> Result<()> {
    let shown = at_a_terminal(Some("1"))?.concat();
    assert!(shown.contains("server │ gate-server listens on"), "{shown}");
    assert!(!shown.contains(ESCAPE), "{shown}");
    Ok(())
}

#[test]
fn in_a_pipe_there_is_none() -> Result<()> {
    let ended = play(&["1"])?;
    let shown = ended.out().concat();
    assert!(shown.contains("server │ gate-server listens on"), "{shown}");
    assert!(!shown.contains(ESCAPE), "{shown}");
    Ok(())
}
