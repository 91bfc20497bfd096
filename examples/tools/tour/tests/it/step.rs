//! With --step each part but the first waits for Enter, or for the end of input.

use crate::shared;

use std::io::Write;
use std::time::Duration;

use anyhow::Result;
use programs::Process;
use shared::{WAIT, play, tour};

const INVITATION: &str = "tour   │ Enter goes on";

#[test]
fn a_part_waits_for_enter() -> Result<()> {
    let (mut process, mut stdin) = Process::start_open(&mut tour(&["1", "--step"])?)?;
    process.lines.find(INVITATION, WAIT)?;
    let nothing = process.lines.next(Duration::from_millis(300));
    assert!(nothing.is_err(), "it went on with {nothing:?}");

    stdin.write_all(b"\n")?;
    process.lines.find("A wrong key", WAIT)?;
    let ended = process.wait()?;
    assert!(ended.status.success(), "{:?}", ended.err());
    assert_eq!(ended.out().iter().filter(|row| **row == INVITATION).count(), 1);
    Ok(())
}

#[test]
fn it_waits_before_every_part_but_the_first() -> Result<()> {
    // Its input stays open: a sixteenth time it would wait for ever.
    let (process, mut stdin) = Process::start_open(&mut tour(&["--step"])?)?;
    stdin.write_all(&[b'\n'; 15])?;
    let ended = process.wait()?;
    assert!(ended.status.success(), "{:?}", ended.err());
    assert_eq!(ended.out().iter().filter(|row| **row == INVITATION).count(), 15);
    Ok(())
}

#[test]
fn the_end_of_input_ends_the_waiting() -> Result<()> {
    // No input at all.
    let ended = play(&["--step"])?;
    assert!(ended.status.success(), "{:?}", ended.err());
    assert!(ended.out().contains(&"Lesson 6. Tokens: who is calling, signed beforehand"));
    Ok(())
}
