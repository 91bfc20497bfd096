//! Compares Rust and Python: do all four pairings of each lesson's programs send the same bytes, and how fast is each?
//!
//! Run `cargo run -p compare`, or `cargo run -p compare -r -- --speed` to measure.

mod bytes;
mod python;
mod speed;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use bytes::Original;
use clap::Parser;
use clap::builder::PossibleValuesParser;
use wire::{LESSONS, Lesson};

/// Compares the lessons' programs in Rust with their Python twins: their bytes or, with --speed, their speed.
#[derive(Parser)]
struct Args {
    /// Python program of your own that replaces a twin; it uses the tutorial's port 9527, or 8765 and 8888
    #[arg(long, value_name = "FILE.py", requires = "role", conflicts_with = "speed")]
    original: Option<PathBuf>,
    /// Program whose twin it replaces
    #[arg(long = "as", id = "role", value_name = "PROGRAM", value_parser = programs_with_twins(), requires = "original")]
    role: Option<String>,
    /// Run all pairings with a naive program instead
    #[arg(long, conflicts_with = "speed")]
    naive: bool,
    /// Measure how fast the servers are, in about five minutes, and print a Markdown page
    #[arg(long)]
    speed: bool,
    /// Measure with fewer and shorter rounds, in about 30 seconds
    #[arg(long, requires = "speed")]
    quick: bool,
    /// Serve as a baseline; compare starts itself for that
    #[arg(long, hide = true)]
    baseline: Option<Lesson>,
    /// Start a thread for each connection
    #[arg(long, hide = true, requires = "baseline")]
    threads: bool,
}

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(false) => ExitCode::FAILURE,
        result => cli::exit_code("compare", result.map(drop)),
    }
}

/// Returns whether everything is the same.
fn run(args: Args) -> Result<bool> {
    if let Some(lesson) = args.baseline {
        return speed::serve_baseline(lesson, args.threads).map(|()| true);
    }
    if args.speed {
        return speed::measure(args.quick).map(|()| true);
    }
    let original = args.original.zip(args.role).map(|(file, role)| Original { file, role });
    if let Some(Original { file, .. }) = &original {
        ensure!(file.is_file(), "no such file: {}", file.display());
    }
    bytes::compare(original.as_ref(), args.naive)
}

fn programs_with_twins() -> PossibleValuesParser {
    let mut programs: Vec<_> = LESSONS.iter().flat_map(|lesson| [lesson.server, lesson.client]).collect();
    // Lessons 5 and 6 have the same programs.
    programs.sort_unstable();
    programs.dedup();
    programs.into()
}
