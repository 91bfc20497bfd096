//! What the programs write is gone when the tour is, and nothing is written where its user stands.

use crate::shared;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use programs::{Process, Signal};
use shared::{WAIT, tour};

/// An empty folder that is the temporary one and the one to stand in.
fn tour_in(test: &str, arguments: &[&str]) -> Result<(PathBuf, Command)> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let mut tour = tour(arguments)?;
    tour.env("TMPDIR", &folder).current_dir(&folder);
    Ok((folder, tour))
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    Ok(folder.read_dir()?.map(|file| file.map(|file| file.path())).collect::<Result<_, _>>()?)
}

#[test]
fn a_tour_to_its_end_leaves_no_file() -> Result<()> {
    for lesson in ["5", "6"] {
        let (folder, mut tour) = tour_in("to_its_end", &[lesson])?;
        let ended = Process::start(&mut tour, b"")?.wait()?;
        assert!(ended.status.success(), "{:?}", ended.err());
        assert!(ended.out().iter().any(|row| row.starts_with("tour   │ ") && row.contains("the file")));
        assert_eq!(files(&folder)?, [""; 0].map(PathBuf::from), "lesson {lesson}");
    }
    Ok(())
}

#[test]
fn nor_does_one_that_a_signal_ends() -> Result<()> {
    let (folder, mut tour) = tour_in("signal", &["5", "--step"])?;
    let (mut process, _stdin) = Process::start_open(&mut tour)?;
    process.lines.find("Enter goes on", WAIT)?;
    let written = files(&folder)?.first().map(|own| own.join("websocket_errors.log"));
    assert!(written.as_ref().is_some_and(|log| log.exists()), "{written:?}");
    process.signal(Signal::INT)?;
    assert_eq!(process.wait()?.status.code(), Some(130));
    assert_eq!(files(&folder)?, [""; 0].map(PathBuf::from));
    Ok(())
}
