//! Lesson 7: both sides prove who they are. Then the client sends lines and shows what comes back, as in lesson 2.
//!
//! Run with `cargo run -p mutual-client -- --key-file FILE`, while mutual-server runs in another terminal.

use std::net::TcpStream;
use std::process::ExitCode;

use anyhow::{Context, Result};
use auth::mutual::{ChannelBinding, authenticate_server};
use clap::Parser;
use client::TimedStream;
use keysource::SharedKey;
use prompt::Prompt;
use timestamp::session::exchange;

/// Checks that mutual-server holds the key, and proves that it does too; then sends lines and shows what comes back.
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    server: client::Options,
    #[command(flatten)]
    key: SharedKey,
}

fn main() -> ExitCode {
    cli::exit_code("mutual-client", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    let Some(key) = args.key.load()? else { return Ok(()) };
    let client::Options { connect: address, deadline } = args.server;
    let stream = TcpStream::connect(&address).map_err(|error| address.cannot_connect(error))?;
    let mut server = TimedStream::new(stream, deadline);
    // Nothing of the session is sent before this returns.
    authenticate_server(&mut server, &key, ChannelBinding::None).with_context(|| address.to_string())?;
    cli::say!("{address} holds the key");
    let mut prompt = Prompt::new()?;
    while let Some(line) = prompt.line()? {
        let message = line.trim_ascii();
        if message.is_empty() {
            continue;
        }
        server.restart_deadline();
        let echo = exchange(&mut server, message).with_context(|| address.to_string())?;
        cli::show(&echo)?;
    }
    Ok(())
}
