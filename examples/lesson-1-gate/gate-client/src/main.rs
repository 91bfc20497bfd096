//! Lesson 1, the gate: answers the server's challenge.
//!
//! Run with `cargo run -p gate-client`, while gate-server runs in another terminal.

use std::process::ExitCode;

use anyhow::{Context, Result};
use auth::Scheme;
use clap::Parser;
use cli::say;
use keysource::KeySource;

/// The tutorial's own, and so everyone's.
const TUTORIAL_KEY: &str = "老衲洗头用飘柔";

/// Answers the challenge of gate-server.
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    server: client::Options,
    #[command(flatten)]
    key: KeySource,
}

fn main() -> ExitCode {
    cli::exit_code("gate-client", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    let key = args.key.load(TUTORIAL_KEY)?;
    let address = &args.server.connect;
    let server = args.server.connect()?;
    let (_, answer) = auth::respond(server, &key, Scheme::Md5Hex).with_context(|| format!("{address}"))?;
    say!("answered {address} with {}", cli::escape(answer.as_bytes()));
    say!("the verdict is not sent: see the server's terminal");
    Ok(())
}
