//! The tour: plays the scenes of the lessons' pages in this terminal, with the pages' own text between them.
//!
//! Run it with `cargo run -p tour`, with `-- 2` for one lesson, with `-- --step` to wait for Enter before each part.
//!
//! A lesson is a page `docs/lesson-NUMBER-NAME.md`. The tour plays those of its scenes that have the word `tour`.

mod keyboard;
mod printer;

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use keyboard::Keyboard;
use pages::{Event, Interrupted, Languages, Page, Player, Scene};
use printer::Printer;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

const OPENING: &str = "Each row begins with the name of its terminal, in which a real program runs. Rows of the wiretap \
                       that show a connection begin with the connection's number: wire 1. What you would type follows \
                       $ or >>>, and ^C is Ctrl-C. The servers listen on free ports, not on those of the pages.";
const CLOSING: &str = "Everything went as the pages say. README.md has a table of the programs, docs/README.md a list of \
                       the pages. See the bytes of your own conversations with cargo run -p wiretap, and compare Rust \
                       with Python by cargo run --release -p compare.";

/// Plays the lessons in one terminal: what servers and clients print, and the bytes between them.
#[derive(Parser)]
struct Args {
    /// Number of the only lesson to play [default: all lessons]
    #[arg(value_name = "LESSON", value_parser = lesson_number)]
    lesson: Option<u8>,
    /// Wait for Enter before each part
    #[arg(long)]
    step: bool,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        // The status that shells report for a program that Ctrl-C ended.
        Err(error) if error.is::<Interrupted>() => ExitCode::from(130),
        result => cli::exit_code("tour", result),
    }
}

fn run(args: &Args) -> Result<()> {
    let pages = lessons()?.into_iter().filter(|page| args.lesson.is_none() || args.lesson == page.lesson());
    let pages: Vec<Page> = pages.collect();
    let mut lessons = Vec::new();
    for page in &pages {
        lessons.push((page, Scene::all(page)?.into_iter().filter(Scene::is_in_tour).collect::<Vec<_>>()));
    }
    let programs: BTreeSet<_> = lessons.iter().flat_map(|(_, scenes)| scenes).flat_map(Scene::programs).collect();
    programs::build(&programs.iter().map(String::as_str).collect::<Vec<_>>())?;

    let mut player = Player::new(Duration::from_millis(50))?;
    let mut keyboard = Keyboard::new(args.step)?;
    let interrupt = (player.interrupter(), keyboard.interrupter());
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    thread::Builder::new().spawn(move || {
        for _ in signals.forever() {
            interrupt.0();
            interrupt.1();
        }
    })?;

    let mut printer = Printer::new();
    printer.prose(OPENING)?;
    for (page, scenes) in lessons {
        printer.lesson(page)?;
        for scene in scenes {
            keyboard.wait_before_part(&mut printer)?;
            let played = player.play(&scene, Languages::AsWritten, &mut |event| match event {
                Event::Block(block) => printer.introduction(block),
                Event::Row { terminal, text } => printer.row(terminal, text),
            });
            played.with_context(|| format!("{} does not go as written", page.path.display()))?;
        }
        printer.prose(&format!("The whole lesson is in {}.", page.path.display()))?;
    }
    printer.prose(CLOSING)
}

/// Returns the lessons' pages, in the order of their numbers.
fn lessons() -> Result<Vec<Page>> {
    let mut pages = pages::all()?;
    pages.retain(|page| page.lesson().is_some());
    pages.sort_by_key(Page::lesson);
    Ok(pages)
}

fn lesson_number(text: &str) -> Result<u8, String> {
    let known: Vec<u8> = lessons().map_err(|error| format!("{error:#}"))?.iter().filter_map(Page::lesson).collect();
    let number = text.parse().ok().filter(|number| known.contains(number));
    number.ok_or_else(|| format!("the lessons are {known:?}"))
}
