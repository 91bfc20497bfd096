//! Exercises for each lesson, which check themselves.
//!
//! Run with `cargo run -p exercises`: it lists the exercises and says which is next.

use std::fs;
use std::path::{self, Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, ensure};
use clap::{Parser, ValueEnum};
use cli::say;
use serde_json::json;

use exercises::exercise::{self, Exercise, Task};
use exercises::lessons;
use exercises::program::Source;
use exercises::report::{self, Progress, Report};
use exercises::work::Work;

/// Exercises for each lesson, which check themselves. Without arguments: lists them, and says which is next.
#[derive(Parser)]
struct Args {
    /// What to do
    #[arg(default_value = "list")]
    action: Action,
    /// The exercise; without it, the first one that is not solved
    name: Option<String>,
    /// show: print the solution before your file passes
    #[arg(long)]
    anyway: bool,
    /// list: print one JSON object per exercise
    #[arg(long)]
    json: bool,
    /// The folder with your files [default: examples/exercises/work]
    #[arg(long, value_name = "FOLDER")]
    work: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Action {
    /// List all exercises, with a cross for each that is solved, and print the task of the next
    List,
    /// Print the task
    Task,
    /// Print a hint, and one more each time
    Hint,
    /// Check your file, and say what is missing
    Check,
    /// Check your file whenever you save it, until Ctrl-C
    Watch,
    /// Print the solution, once your file passes, and explain it
    Show,
    /// Restore the starter; your file is kept under another name
    Reset,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => cli::exit_code("exercises", Err(error)),
    }
}

/// Returns false if an exercise that should be solved is not.
fn run(args: &Args) -> Result<bool> {
    let folder = args.work.clone().unwrap_or_else(|| exercise::folder().join("work"));
    let work = Work::open(path::absolute(folder)?)?;
    let named = args.name.as_deref().map(named).transpose()?;
    let chosen = || match named {
        Some(exercise) => Ok(exercise),
        None => next(&report::progress(&work)?).context("all exercises are solved; name one"),
    };
    match args.action {
        Action::List => list(&work, args.json)?,
        Action::Task => print_task(&work, chosen()?)?,
        Action::Hint => hint(&work, chosen()?)?,
        Action::Check => return check(&work, chosen()?),
        Action::Watch => watch(&work, chosen()?, named.is_none())?,
        Action::Show => show(&work, chosen()?, args.anyway)?,
        Action::Reset => reset(&work, named.context("which exercise? reset needs its name")?)?,
    }
    Ok(true)
}

fn named(name: &str) -> Result<&'static Exercise> {
    let found = lessons::all().find(|exercise| exercise.name == name);
    found.with_context(|| format!("there is no exercise {name:?}; `cargo run -p exercises` lists them"))
}

fn next(progress: &[Progress]) -> Option<&'static Exercise> {
    progress.iter().find(|progress| !progress.is_solved()).map(|progress| progress.exercise)
}

fn list(work: &Work, json: bool) -> Result<()> {
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

fn print_task(work: &Work, exercise: &'static Exercise) -> Result<()> {
    let task = exercise.task()?;
    let files: Vec<_> = work.files(exercise).iter().map(|source| shown(&source.path)).collect();
    say!("{}\n\n{}\n", task.title, plain(&task.text));
    say!("Edit {}. Then:", files.join(" or "));
    say!("  cargo run -p exercises -- check {}", exercise.name);
    say!("  cargo run -p exercises -- hint {}", exercise.name);
    Ok(())
}

fn hint(work: &Work, exercise: &Exercise) -> Result<()> {
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

/// Returns whether the exercise is solved.
fn check(work: &Work, exercise: &'static Exercise) -> Result<bool> {
    let mut sources = work.changed(exercise)?;
    if sources.is_empty() {
        sources = work.files(exercise);
        let files: Vec<_> = sources.iter().map(|source| shown(&source.path)).collect();
        say!("You have not changed {} yet. This is what the starter does:", files.join(" or "));
        sources.truncate(1);
    }
    let reports = report::check(&sources);
    reports.iter().for_each(print_report);
    let is_solved = reports.iter().any(Report::is_solved);
    if is_solved {
        say!("\nYou have solved {0}. `cargo run -p exercises -- show {0}` explains it.", exercise.name);
    }
    Ok(is_solved)
}

fn print_report(report: &Report) {
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

/// Checks this exercise whenever it is saved. With `goes_on`, continues with the next when it is solved.
fn watch(work: &Work, mut exercise: &'static Exercise, goes_on: bool) -> Result<()> {
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

fn show(work: &Work, exercise: &'static Exercise, anyway: bool) -> Result<()> {
    let changed = work.changed(exercise)?;
    let is_solved = || report::check(&changed).iter().any(Report::is_solved);
    ensure!(anyway || is_solved(), "{} is not solved yet; --anyway prints its solution all the same", exercise.name);
    for (_, solution) in exercise.files("solution") {
        say!("{}:\n", shown(&solution));
        say!("{}", fs::read_to_string(&solution).with_context(|| format!("cannot read {}", solution.display()))?);
    }
    say!("{}", plain(&exercise.task()?.explanation));
    Ok(())
}

fn reset(work: &Work, exercise: &'static Exercise) -> Result<()> {
    for (file, kept) in work.reset(exercise)? {
        say!("{} is the starter again; yours is now {}", shown(&file), shown(&kept));
    }
    say!("{} begins again.", exercise.name);
    Ok(())
}

/// Returns a path as a learner in the workspace's folder would type it.
fn shown(path: &Path) -> String {
    path.strip_prefix(programs::root()).unwrap_or(path).display().to_string()
}

/// Returns the text of a task for a terminal: for a link, its text and the file.
fn plain(text: &str) -> String {
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
