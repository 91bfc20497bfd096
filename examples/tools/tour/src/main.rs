//! The tour: plays the scenes of the lessons' pages in this terminal, with the pages' own text between them.
//!
//! Run it with `cargo run -p tour`, with `-- 2` for one lesson, with `-- --step` to wait for Enter before each part.
//!
//! A lesson is a page `docs/lesson-NUMBER-NAME.md`. The tour plays those of its scenes that have the word `tour`.

mod printer;

use std::collections::BTreeSet;
use std::io::stdin;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Parser;
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
    let mut pages = pages::lessons()?;
    pages.retain(|page| args.lesson.is_none() || args.lesson == page.lesson());
    let mut lessons = Vec::new();
    for page in &pages {
        lessons.push((page, Scene::all(page)?.into_iter().filter(Scene::is_in_tour).collect::<Vec<_>>()));
    }
    let programs: BTreeSet<_> = lessons.iter().flat_map(|(_, scenes)| scenes).flat_map(Scene::programs).collect();
    programs::build(&programs.iter().map(String::as_str).collect::<Vec<_>>())?;

    let mut player = Player::new(Duration::from_millis(50))?;
    let enter = listen_to_keys(player.interrupter(), args.step)?;
    let mut printer = Printer::new();
    printer.prose(OPENING)?;
    let mut is_first = true;
    for (page, scenes) in lessons {
        printer.lesson(page)?;
        for scene in scenes {
            if args.step && !is_first {
                printer.prose("Press Enter to go on.")?;
                ensure!(enter.recv()?, Interrupted);
            }
            is_first = false;
            let played = player.play(&scene, Languages::AsWritten, &mut |event| match event {
                Event::Block(block) => printer.introduction(block),
                Event::Row(terminal, text) => printer.row(terminal, text),
            });
            played.with_context(|| format!("{} does not go as written", page.path.display()))?;
        }
        printer.prose(&format!("The whole lesson is in {}.", page.path.display()))?;
    }
    printer.prose(CLOSING)
}

/// Starts a thread that waits for Ctrl-C and other signals, and another that waits for Enter if the tour goes `step` by
/// step. The receiver gets true for Enter, false for Ctrl-C.
fn listen_to_keys(interrupt: impl Fn() + Send + 'static, step: bool) -> Result<Receiver<bool>> {
    let (sender, keys) = sync_channel(0);
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    let interrupted = sender.clone();
    thread::Builder::new().spawn(move || {
        for _ in signals.forever() {
            // Either a scene is played or somebody waits for Enter.
            interrupt();
            let _ = interrupted.send(false);
        }
    })?;
    if step {
        thread::Builder::new().spawn(move || {
            loop {
                // At the end of input this returns at once: nobody is there to press Enter.
                let _ = stdin().read_line(&mut String::new());
                if sender.send(true).is_err() {
                    return;
                }
            }
        })?;
    }
    Ok(keys)
}

fn lesson_number(text: &str) -> Result<u8, String> {
    let pages = pages::lessons().map_err(|error| format!("{error:#}"))?;
    let known: Vec<u8> = pages.iter().filter_map(Page::lesson).collect();
    let number = text.parse().ok().filter(|number| known.contains(number));
    number.ok_or_else(|| format!("the lessons are {known:?}"))
}
