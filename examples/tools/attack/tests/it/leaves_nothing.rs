//! A signal ends an attack and everything that it started.

#![cfg(target_os = "linux")]

use std::fs::{self, create_dir_all, read_dir};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use anyhow::Result;
use programs::{Language, Process, Signal, WAIT, command};

#[test]
fn a_signal_leaves_no_process_and_no_file() -> Result<()> {
    for signal in [Signal::INT, Signal::TERM] {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("signal");
        create_dir_all(&folder)?;
        let mut command = command("attack", Language::Rust)?;
        let mut attack = Process::start(command.arg("dribble").env("TMPDIR", &folder), b"")?;
        attack.lines.find("naive Rust", WAIT)?;
        let is_running = || read_dir(&folder).is_ok_and(|mut files| files.next().is_some());
        while !is_running() {
            sleep(Duration::from_millis(10));
        }
        attack.signal(signal)?;
        let ended = attack.wait()?;
        assert_eq!(ended.status.code(), Some(130), "{ended:?}");
        assert!(!is_running());
        assert_eq!(processes_in(&folder)?, [""; 0].map(PathBuf::from));
    }
    Ok(())
}

/// Returns the working directories of processes that are in this folder, or were before it was removed.
fn processes_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let links = read_dir("/proc")?.filter_map(|process| fs::read_link(process.ok()?.path().join("cwd")).ok());
    Ok(links.filter(|directory| directory.starts_with(folder)).collect())
}
