//! Exercises for each lesson, which check themselves.
//!
//! Run with `cargo run -p exercises`: it lists the exercises and says which is next.

mod print;
mod watch;

use std::fs;
use std::path::{self, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::{Parser, ValueEnum};
use cli::say;

use exercises::exercise::{self, Exercise};
use exercises::lessons;
use exercises::report::{self, Progress, Report};
use exercises::work::Work;
use print::{hint, list, plain, print_report, print_task, shown};
use watch::watch;

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
