//! Lesson 3, lines: sends each line over its own connection, and shows the reply.
//!
//! Run with `cargo run -p line-client`, while line-server runs in another terminal.

use std::net::TcpStream;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use client::TimedStream;
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
    let client::Options { connect: address, deadline } = args.server;
    let mut prompt = Prompt::new()?;
    while let Some(line) = prompt.line()? {
        if line.is_empty() {
            break;
        }
        let request = [&line[..], b"\r\n"].concat();
        let stream = TcpStream::connect(&address).map_err(|error| address.cannot_connect(error))?;
        let reply = TimedStream::new(stream, deadline).request(&request).with_context(|| address.to_string())?;
        cli::show(reply.trim_ascii_end())?;
    }
    Ok(())
}
