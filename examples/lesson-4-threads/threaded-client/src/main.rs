//! Lesson 4, threads: sends each message over a connection of its own, and shows the answer.
//!
//! Run with `cargo run -p threaded-client`, while threaded-server runs in another terminal.

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use prompt::Prompt;

/// Sends each message to threaded-server over a connection of its own; an empty one ends.
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    server: client::Options,
}

fn main() -> ExitCode {
    cli::exit_code("threaded-client", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    let mut prompt = Prompt::new()?;
    while let Some(message) = prompt.line()? {
        if message.is_empty() {
            break;
        }
        let answer = args.server.connect()?.request(&message).with_context(|| format!("{}", args.server.connect))?;
        cli::show(&answer)?;
    }
    Ok(())
}
