//! Prints what a learner reads.

use std::path::Path;

use anyhow::Result;
use cli::say;
use serde_json::json;

use exercises::exercise::{Exercise, Task};
use exercises::report::{self, Progress, Report};
use exercises::work::Work;

use crate::next;

/// Lists all exercises, and prints the task of the next one.
pub(crate) fn list(work: &Work, json: bool) -> Result<()> {
    let progress = report::progress(work)?;
    if json {
        return progress.iter().try_for_each(print_json);
    }
    let mut lesson = 0;
    for one in &progress {
        let Exercise { lesson: of, name, .. } = *one.exercise;
        if of != lesson {
            lesson = of;
            say!("Lesson {lesson}");
        }
        let Task { title, minutes, .. } = one.exercise.task()?;
        say!("  [{}] {name:20} {minutes:3} min  {title}", if one.is_solved() { "x" } else { " " });
    }
    let solved = progress.iter().filter(|progress| progress.is_solved()).count();
    say!("You have solved {solved} of {}.", progress.len());
    next(&progress).map_or(Ok(()), |exercise| {
        say!("\nThe next one:\n");
        print_task(work, exercise)
    })
}

fn print_json(progress: &Progress) -> Result<()> {
    let Progress { exercise, report } = progress;
    let passes = |at: usize| report.as_ref().is_some_and(|report| report.failures[at].is_none());
    let checks = exercise.checks.iter().enumerate();
    let checks: Vec<_> = checks.map(|(at, (promise, _))| json!({ "check": promise, "passes": passes(at) })).collect();
    let file = report.as_ref().and_then(|report| report.source.path.file_name());
    let object = json!({
        "name": exercise.name,
        "lesson": exercise.lesson,
        "minutes": exercise.task()?.minutes,
        "solved": progress.is_solved(),
        "file": file.map(|name| name.to_string_lossy()),
        "checks": checks,
    });
    say!("{object}");
    Ok(())
}

/// Prints the task of an exercise, and which file to edit.
pub(crate) fn print_task(work: &Work, exercise: &'static Exercise) -> Result<()> {
    let task = exercise.task()?;
    let files: Vec<_> = work.files(exercise).iter().map(|source| shown(&source.path)).collect();
    say!("{}\n\n{}\n", task.title, plain(&task.text));
    say!("Edit {}. Then:", files.join(" or "));
    say!("  cargo run -p exercises -- check {}", exercise.name);
    say!("  cargo run -p exercises -- hint {}", exercise.name);
    Ok(())
}

/// Prints one more hint than the last time.
pub(crate) fn hint(work: &Work, exercise: &Exercise) -> Result<()> {
    let hints = exercise.task()?.hints;
    let count = work.count_hint(exercise)?.min(hints.len());
    for (number, hint) in (1..).zip(&hints[..count]) {
        say!("Hint {number} of {} for {}: {}\n", hints.len(), exercise.name, plain(hint));
    }
    if count == hints.len() {
        say!("There are no more hints. `cargo run -p exercises -- show {} --anyway` prints a solution.", exercise.name);
    }
    Ok(())
}

/// Prints what the checks say about a file.
pub(crate) fn print_report(report: &Report) {
    let file = shown(&report.source.path);
    if let Some(messages) = &report.does_not_compile {
        say!("{file} does not compile:\n\n{messages}");
        return;
    }
    say!("{file}:");
    for ((promise, _), failure) in report.source.exercise.checks.iter().zip(&report.failures) {
        match failure {
            None => say!("  ok      {promise}"),
            Some(failure) => say!("  not yet {promise}\n          {}", failure.replace('\n', "\n          ")),
        }
    }
}

/// Returns a path as a learner in the workspace's folder would type it.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(programs::root()).unwrap_or(path).display().to_string()
}

/// Returns the text of a task for a terminal: for a link, its text and the file.
pub(crate) fn plain(text: &str) -> String {
    let mut parts = text.split("](");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        if let Some(at) = plain.rfind('[') {
            plain.remove(at);
        }
        plain += &format!(" ({}", part.trim_start_matches("../"));
    }
    plain
}
