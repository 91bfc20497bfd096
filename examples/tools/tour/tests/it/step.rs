//! With `--step` the tour waits for Enter before each part but the first.

use std::io::Write;
use std::time::Duration;

use anyhow::Result;
use pages::Scene;
use programs::{Process, WAIT};

use crate::{play, tour};

const PROMPT: &str = "Press Enter to go on.";

#[test]
fn each_part_but_the_first_waits_for_enter() -> Result<()> {
    let pages = pages::lessons()?;
    let parts = Scene::all(&pages[1])?.iter().filter(|scene| scene.is_in_tour()).count();
    assert!(parts > 1, "{parts}");
    let (mut process, mut stdin) = Process::start_open(&mut tour(&["2", "--step"])?)?;
    for _ in 1..parts {
        process.lines.find(PROMPT, WAIT)?;
        let nothing = process.lines.next(Duration::from_millis(300));
        assert!(nothing.is_err(), "it went on with {nothing:?}");
        stdin.write_all(b"\n")?;
    }
    let ended = process.wait()?;
    assert!(ended.status.success(), "{:?}", ended.err());
    assert_eq!(ended.out().iter().filter(|row| **row == PROMPT).count(), parts - 1);
    Ok(())
}

#[test]
fn the_end_of_input_ends_the_waiting() -> Result<()> {
    let ended = play(&["1", "--step"])?;
    assert!(ended.status.success(), "{:?}", ended.err());
    assert!(ended.out().contains(&PROMPT));
    Ok(())
}
