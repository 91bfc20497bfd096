//! Exercises for each lesson, which check themselves.
//!
//! Run with `cargo run -p exercises`: it lists the exercises and says which is next.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Parser, ValueEnum};
use cli::say;

use exercises::exercise::{self, Exercise};
use exercises::lessons;
use exercises::program::Source;
use exercises::report::{self, Report};
use exercises::work::Work;

/// Exercises for each lesson, which check themselves. Without arguments: lists them, and says which is next.
#[derive(Parser)]
struct Args {
    /// What to do
    #[arg(default_value = "list")]
    action: Action,
    /// The exercise; without it, the next one that is not solved
    name: Option<String>,
    /// Folder with your files
    #[arg(long, value_name = "FOLDER", hide = true)]
    work: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Action {
    /// List all exercises, which are solved, and the task of the next
    List,
    /// Check your file, and say what is missing
    Check,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => cli::exit_code("exercises", Err(error)),
    }
}

/// Returns false if the checked exercise is not solved.
fn run(args: &Args) -> Result<bool> {
    let folder = args.work.clone().unwrap_or_else(|| exercise::folder().join("work"));
    let work = Work::open(std::path::absolute(folder)?)?;
    let named = args.name.as_deref().map(named).transpose()?;
    match args.action {
        Action::List => list(&work),
        Action::Check => match named.map_or_else(|| next(&work), |exercise| Ok(Some(exercise)))? {
            Some(exercise) => check(&work, exercise),
            None => {
                say!("All exercises are solved.");
                Ok(true)
            }
        },
    }
}

fn named(name: &str) -> Result<&'static Exercise> {
    let found = lessons::all().find(|exercise| exercise.name == name);
    found.with_context(|| format!("there is no exercise {name:?}; `cargo run -p exercises` lists them"))
}

/// Returns for each exercise whether one of the learner's files solves it.
fn solved(work: &Work) -> Result<Vec<(&'static Exercise, bool)>> {
    let changed: Vec<_> = lessons::all().map(|exercise| work.changed(exercise)).collect::<Result<_>>()?;
    let reports = report::check(&changed.concat());
    let is_solved = |exercise: &Exercise| {
        reports.iter().any(|report| report.source.exercise.name == exercise.name && report.is_solved())
    };
    Ok(lessons::all().map(|exercise| (exercise, is_solved(exercise))).collect())
}

fn next(work: &Work) -> Result<Option<&'static Exercise>> {
    Ok(solved(work)?.into_iter().find(|(_, is_solved)| !is_solved).map(|(exercise, _)| exercise))
}

fn list(work: &Work) -> Result<bool> {
    let solved = solved(work)?;
    let mut lesson = 0;
    for (exercise, is_solved) in &solved {
        let task = exercise.task()?;
        if exercise.lesson != lesson {
            lesson = exercise.lesson;
            say!("Lesson {lesson}");
        }
        let mark = if *is_solved { "[x]" } else { "[ ]" };
        say!("  {mark} {:20} {:3} min  {}", exercise.name, task.minutes, task.title);
    }
    let count = solved.iter().filter(|(_, is_solved)| *is_solved).count();
    say!("{count} of {} solved\n", solved.len());
    let Some((next, _)) = solved.into_iter().find(|(_, is_solved)| !is_solved) else {
        return Ok(true);
    };
    let task = next.task()?;
    say!("Next: {}, {}\n\n{}\n", next.name, task.title, task.text);
    let files: Vec<_> = work.files(next).iter().map(|source| shown(&source.path)).collect();
    say!("Edit {}. Then:\n  cargo run -p exercises -- check {}", files.join(" or "), next.name);
    Ok(true)
}

fn check(work: &Work, exercise: &'static Exercise) -> Result<bool> {
    let changed = work.changed(exercise)?;
    let is_unchanged = changed.is_empty();
    let Some(first) = work.files(exercise).into_iter().next() else { bail!("{} has no starter", exercise.name) };
    let sources: Vec<Source> = if is_unchanged { vec![first] } else { changed };
    let reports = report::check(&sources);
    for report in &reports {
        print(report, is_unchanged);
    }
    let is_solved = reports.iter().any(Report::is_solved);
    if is_solved {
        say!("\n{} is solved.", exercise.name);
    }
    Ok(is_solved)
}

fn print(report: &Report, is_unchanged: bool) {
    let starter = if is_unchanged { ", which is still the starter" } else { "" };
    say!("Checking {}{starter}:", shown(&report.source.path));
    if let Some(messages) = &report.does_not_compile {
        say!("it does not compile:\n\n{messages}");
        return;
    }
    for ((promise, _), failure) in report.source.exercise.checks.iter().zip(&report.failures) {
        match failure {
            None => say!("  ok      {promise}"),
            Some(failure) => say!("  FAILED  {promise}\n          {}", failure.replace('\n', "\n      ")),
        }
    }
}

/// Returns a path as a learner in the workspace's folder would type it.
fn shown(path: &Path) -> String {
    path.strip_prefix(programs::root()).unwrap_or(path).display().to_string()
}
