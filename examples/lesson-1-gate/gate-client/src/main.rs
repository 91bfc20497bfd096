//! Lesson 1, the gate: responds to the server's challenge.
//!
//! Run with `cargo run -p gate-client`, while gate-server runs in another terminal.

use std::net::TcpStream;
use std::process::ExitCode;

use anyhow::{Context, Result};
use auth::Scheme;
use clap::Parser;
use cli::say;
use client::TimedStream;
use keysource::KeySource;

/// The tutorial's own key, which is public.
const TUTORIAL_KEY: &str = "老衲洗头用飘柔";

/// Responds to the challenge of gate-server.
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
    let client::Options { connect: address, deadline } = args.server;
    let stream = TcpStream::connect(&address).map_err(|error| address.cannot_connect(error))?;
    let server = TimedStream::new(stream, deadline);
    let (_, response) = auth::respond(server, &key, Scheme::Md5Hex).with_context(|| address.to_string())?;
    say!("responded to {address} with {}", cli::escape(response.as_bytes()));
    say!("the server does not send its verdict: see the server's terminal");
    Ok(())
}
