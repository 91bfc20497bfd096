//! Checks files, and says why they fail.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;

use crate::package;
use crate::program::{Program, Source};

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

/// Compiles and checks files, some at the same time, and returns their reports in the same order.
pub fn check(sources: &[Source]) -> Vec<Report> {
    // If all compile, cargo runs only once.
    let all_compile = package::build(sources, false).is_ok();
    let problem = |source| package::build(std::slice::from_ref(source), false).err().map(|error| format!("{error:#}"));
    let problems: Vec<_> = sources.iter().map(|source| if all_compile { None } else { problem(source) }).collect();

    let waiting = Mutex::new(sources.iter().zip(problems).enumerate());
    let reports = Mutex::new(Vec::new());
    thread::scope(|scope| {
        // Most checks wait for a process, but with too many at a time those that measure time would see it.
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
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
