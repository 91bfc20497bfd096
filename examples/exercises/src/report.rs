//! Checks files, and says why they fail.

use std::cmp::Reverse;
use std::slice;
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::Result;

use crate::exercise::Exercise;
use crate::program::{Program, Source};
use crate::work::Work;
use crate::{lessons, package};

/// How far the learner is with an exercise.
#[derive(Debug)]
pub struct Progress {
    /// The exercise.
    pub exercise: &'static Exercise,
    /// What the checks say about the learner's file. If there are two, about the better one; `None` if the learner has
    /// not begun.
    pub report: Option<Report>,
}

impl Progress {
    /// Whether a file passes every check.
    pub fn is_solved(&self) -> bool {
        self.report.as_ref().is_some_and(Report::is_solved)
    }
}

/// What the checks of an exercise found in one file.
#[derive(Debug)]
pub struct Report {
    /// The file.
    pub source: Source,
    /// Why no check could run: the compiler's messages.
    pub does_not_compile: Option<String>,
    /// For each check of the exercise, why it fails.
    pub failures: Vec<Option<String>>,
}

impl Report {
    /// Whether every check passes.
    pub fn is_solved(&self) -> bool {
        self.failures.iter().all(Option::is_none)
    }
}

/// Checks all files that the learner has changed.
///
/// # Errors
/// Returns an error if a file cannot be read.
pub fn progress(work: &Work) -> Result<Vec<Progress>> {
    let changed: Vec<_> = lessons::all().map(|exercise| work.changed(exercise)).collect::<Result<_>>()?;
    let changed = changed.concat();
    if changed.len() > 1 {
        cli::warn!("Checking your {} files.", changed.len());
    }
    let mut reports = check(&changed);
    // The better one comes last, and stays.
    reports.sort_by_key(|report| Reverse(report.failures.iter().flatten().count()));
    let mut all: Vec<_> = lessons::all().map(|exercise| Progress { exercise, report: None }).collect();
    for report in reports {
        if let Some(progress) = all.iter_mut().find(|progress| progress.exercise.name == report.source.exercise.name) {
            progress.report = Some(report);
        }
    }
    Ok(all)
}

/// Compiles and checks files, some at the same time, and returns their reports in the same order.
pub fn check(sources: &[Source]) -> Vec<Report> {
    // If all compile, cargo runs only once.
    let all_compile = package::build(sources).is_ok();
    let problem = |source| package::build(slice::from_ref(source)).err().map(|error| format!("{error:#}"));
    let problems: Vec<_> = sources.iter().map(|source| if all_compile { None } else { problem(source) }).collect();

    let waiting = Mutex::new(sources.iter().zip(problems).enumerate());
    let reports = Mutex::new(Vec::new());
    thread::scope(|scope| {
        // A check waits most of the time. But with too many at a time, those that measure time would see it.
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) * 3 {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((at, (source, problem))) = next else { return };
                    let report = check_one(source, problem);
                    reports.lock().unwrap_or_else(PoisonError::into_inner).push((at, report));
                }
            });
        }
    });
    let mut reports = reports.into_inner().unwrap_or_else(PoisonError::into_inner);
    reports.sort_by_key(|(at, _)| *at);
    reports.into_iter().map(|(_, report)| report).collect()
}

fn check_one(source: &Source, does_not_compile: Option<String>) -> Report {
    let failures = source.exercise.checks.iter().map(|(_, check)| match does_not_compile {
        Some(_) => Some("your file does not compile".to_owned()),
        None => check(&Program::new(source)).err().map(|error| format!("{error:#}")),
    });
    Report { failures: failures.collect(), source: source.clone(), does_not_compile }
}
