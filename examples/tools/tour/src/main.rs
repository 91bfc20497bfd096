//! The tour: plays the lessons one by one in this terminal, with what each side prints and the bytes on the wire.
//!
//! Run with `cargo run -p tour`, with `-- 2` for one lesson, with `-- --step` to go from part to part with Enter.

mod cast;
mod expected;
mod happening;
mod lessons;
mod play;
mod stage;
mod websocket;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use happening::Interrupted;
use lessons::{LESSONS, Lesson};
use play::Play;

/// Plays the lessons in one terminal: what server and client print, and the bytes between them.
#[derive(Parser)]
struct Args {
    /// The one lesson to play; without it, all of them
    #[arg(value_name = "LESSON", value_parser = clap::value_parser!(u8).range(1..=LESSONS.len() as i64))]
    lesson: Option<u8>,
    /// Wait for Enter before each part
    #[arg(long)]
    step: bool,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        // As a shell tells of a program that Ctrl-C ended.
        Err(error) if error.is::<Interrupted>() => ExitCode::from(130),
        result => cli::exit_code("tour", result),
    }
}

fn run(args: &Args) -> Result<()> {
    let numbered = (1..).zip(LESSONS);
    let chosen: Vec<(u8, &Lesson)> =
        numbered.filter(|(number, _)| args.lesson.is_none_or(|one| one == *number)).collect();
    programs::build(&chosen.iter().flat_map(|(_, lesson)| lesson.programs).copied().collect::<Vec<_>>())?;

    let mut play = Play::new(args.step)?;
    play.stage.opening()?;
    for (number, lesson) in chosen {
        play.stage.lesson(number, lesson.title, lesson.idea)?;
        (lesson.play)(&mut play)
            .and_then(|()| play.end_lesson())
            .with_context(|| format!("lesson {number} did not go as told"))?;
        play.stage.what_next(lesson)?;
    }
    play.stage.closing()?;
    Ok(())
}
