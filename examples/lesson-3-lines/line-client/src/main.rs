//! Lesson 3, lines: sends each line over a connection of its own, and shows the answer.
//!
//! Run with `cargo run -p line-client`, while line-server runs in another terminal.

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use prompt::Prompt;

/// Sends each line to line-server over a connection of its own; an empty line ends.
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    server: client::Options,
}

fn main() -> ExitCode {
    cli::exit_code("line-client", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    let mut prompt = Prompt::new()?;
    while let Some(line) = prompt.line()? {
        if line.is_empty() {
            break;
        }
        let request = [&line[..], b"\r\n"].concat();
        let answer = args.server.connect()?.request(&request).with_context(|| format!("{}", args.server.connect))?;
        cli::show(answer.trim_ascii_end())?;
    }
    Ok(())
}
