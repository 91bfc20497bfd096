//! Lesson 4, threads: sends each message over its own connection, and shows the reply.
//!
//! Run with `cargo run -p threaded-client`, while threaded-server runs in another terminal.

use std::net::TcpStream;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use client::TimedStream;
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
    let client::Options { connect: address, deadline } = args.server;
    let mut prompt = Prompt::new()?;
    while let Some(message) = prompt.line()? {
        if message.is_empty() {
            break;
        }
        let stream = TcpStream::connect(&address).map_err(|error| address.cannot_connect(error))?;
        let reply = TimedStream::new(stream, deadline).request(&message).with_context(|| address.to_string())?;
        cli::show(&reply)?;
    }
    Ok(())
}
