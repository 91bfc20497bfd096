//! The tour uses colours at a terminal that has them, unless the user does not want them.

use anyhow::{Result, ensure};
use programs::{Process, python};

use crate::{TOUR, build, play};

/// Runs the tour at a terminal, which Python makes.
fn at_a_terminal(variables: [(&str, &str); 2]) -> Result<String> {
    build()?;
    let mut command = python();
    command.args(["-c", "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) != 0)", TOUR, "2"]);
    // anstream takes the log of a CI run for a terminal with colours.
    command.env_remove("NO_COLOR").env_remove("CLICOLOR").env_remove("CI").env("CARGO", "true").envs(variables);
    let ended = Process::start(&mut command, b"")?.wait()?;
    ensure!(ended.status.success(), "{:?}", ended.lines);
    Ok(ended.out().concat())
}

#[test]
fn terminals_have_different_colours() -> Result<()> {
    let shown = at_a_terminal([("TERM", "xterm-256color"), ("CLICOLOR", "1")])?;
    for begin in ["\u{1b}[36mserver ", "\u{1b}[32mclient ", "\u{1b}[33mwire 1 "] {
        assert!(shown.contains(begin), "{begin:?} is not in {shown}");
    }
    Ok(())
}

#[test]
fn there_are_none_where_they_are_not_wanted() -> Result<()> {
    let no_color = at_a_terminal([("TERM", "xterm-256color"), ("NO_COLOR", "1")])?;
    for shown in [no_color, at_a_terminal([("TERM", "dumb"), ("LC_ALL", "C.UTF-8")])?, play(&["2"])?.out().concat()] {
        assert!(shown.contains("server  │ echo-server listens on") && !shown.contains('\u{1b}'), "{shown}");
    }
    Ok(())
}
