//! A program at a terminal reads what is typed, and the screen shows what it writes.

use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use anyhow::{Context, Result};
use programs::terminal::{Key, Screen, Terminal};

#[test]
fn the_program_reads_what_is_typed_and_the_screen_shows_what_it_writes() -> Result<()> {
    let mut cat = Terminal::start(Command::new("cat"))?;
    cat.enter("芝麻")?;
    let screen = cat.wait_until(|screen| screen.rows == ["芝麻", "芝麻"])?;
    assert_eq!(screen.cursor, (2, 0));
    cat.type_text("x")?;
    assert_eq!(cat.wait_until(|screen| screen.cursor.0 == 2 && screen.cursor.1 > 0)?.cursor, (2, 1));
    cat.press(Key::ENTER)?;
    cat.press(Key::CTRL_D)?;
    let (status, screen) = cat.wait()?;
    assert!(status.success());
    assert_eq!(screen.rows, ["芝麻", "芝麻", "x", "x"]);
    Ok(())
}

#[test]
fn the_terminal_has_24_rows_and_80_columns_and_control_sequences_take_effect() -> Result<()> {
    let size = "test -t 0 && test -t 1 && test -t 2 && stty size; echo $TERM";
    let script = format!("{size}; printf 'ab\\033[Dc\\n\\n\\033[31mred\\033[m  '; exit 3");
    let (status, screen) = Terminal::start(shell(&script))?.wait()?;
    assert_eq!(status.code(), Some(3));
    let rows = ["24 80", "xterm", "ac", "", "red"].map(str::to_owned).to_vec();
    assert_eq!(screen, Screen { rows, cursor: (4, 5) });
    Ok(())
}

/// Also if this test is started with SIGINT ignored, as in `sh -c 'trap "" INT; cargo test'`.
#[test]
fn ctrl_c_interrupts() -> Result<()> {
    // Not with `trap`: the shell may receive the signal just before it begins to read, and would then read on.
    let mut cat = Terminal::start(shell("echo ready; exec cat"))?;
    cat.wait_until(|screen| screen.rows == ["ready"])?;
    cat.press(Key::CTRL_C)?;
    assert_eq!(cat.wait()?.0.signal(), Some(2), "SIGINT");
    Ok(())
}

#[test]
fn if_the_program_ends_too_early_the_error_says_what_it_showed() -> Result<()> {
    let mut shell = Terminal::start(shell("echo this"))?;
    let error = shell.wait_until(|screen| screen.rows == ["that"]).err().context("it was shown")?;
    let text = error.to_string();
    assert!(text.starts_with("the program ended and did not show what was expected: "), "{text}");
    assert!(text.contains("\"this\""), "{text}");
    Ok(())
}

fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}
