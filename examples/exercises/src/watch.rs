//! Checks a file whenever the learner saves it.

use std::fs;
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::Result;
use cli::say;

use exercises::exercise::Exercise;
use exercises::program::Source;
use exercises::report;
use exercises::work::Work;

use crate::print::print_task;
use crate::{check, next};

/// Checks this exercise whenever it is saved. With `goes_on`, continues with the next when it is solved.
pub(crate) fn watch(work: &Work, mut exercise: &'static Exercise, goes_on: bool) -> Result<()> {
    let mut seen = saved(&work.files(exercise));
    print_task(work, exercise)?;
    loop {
        say!("\nWaiting until you save {}; Ctrl-C ends this.\n", exercise.name);
        let files = work.files(exercise);
        // While an editor replaces a file, it may be missing for a moment.
        while saved(&files) == seen || saved(&files).contains(&None) {
            thread::sleep(Duration::from_millis(100));
        }
        // Taken before the check, so that a file that is saved meanwhile is checked again.
        seen = saved(&files);
        if check(work, exercise)? && goes_on {
            let Some(next) = next(&report::progress(work)?) else {
                say!("All exercises are solved.");
                return Ok(());
            };
            exercise = next;
            seen = saved(&work.files(exercise));
            say!("\nThe next one:\n");
            print_task(work, exercise)?;
        }
    }
}

/// Returns when each file was saved.
fn saved(sources: &[Source]) -> Vec<Option<SystemTime>> {
    sources.iter().map(|source| fs::metadata(&source.path).and_then(|file| file.modified()).ok()).collect()
}
