//! One test binary; each module tests one behaviour.
#![cfg(unix)]

mod colour;
mod ends_early;
mod goes_wrong;
mod plays_pages;
mod step;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Result, anyhow};
use pages::{Page, Scene};
use programs::{Ended, Process};

const TOUR: &str = env!("CARGO_BIN_EXE_tour");

/// Returns a command that runs the tour. A key of the user's own must change nothing.
fn tour(arguments: &[&str]) -> Result<Command> {
    build()?;
    let mut command = Command::new(TOUR);
    command.args(arguments).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").env("OPEN_SESAME_KEY", "my own");
    // The programs are up to date, so that the tour need not run cargo.
    command.env("CARGO", "true");
    Ok(command)
}

/// Builds all programs, once for all tests.
fn build() -> Result<()> {
    static BUILT: Mutex<bool> = Mutex::new(false);
    let mut built = BUILT.lock().map_err(|_| anyhow!("a build failed"))?;
    if !*built {
        programs::build(&["wiretap"])?;
        programs::build_all()?;
        *built = true;
    }
    Ok(())
}

fn play(arguments: &[&str]) -> Result<Ended> {
    Process::start(&mut tour(arguments)?, b"")?.wait()
}

/// Returns an empty folder for one test.
fn empty_folder(test: &str) -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Returns the lessons' pages in the order of their numbers.
fn lessons() -> Result<Vec<Page>> {
    let mut pages = pages::all()?;
    pages.retain(|page| page.lesson().is_some());
    pages.sort_by_key(Page::lesson);
    Ok(pages)
}

/// Returns the scenes of a page that the tour plays.
fn scenes(page: &Page) -> Result<Vec<Scene<'_>>> {
    Ok(Scene::all(page)?.into_iter().filter(Scene::is_in_tour).collect())
}
