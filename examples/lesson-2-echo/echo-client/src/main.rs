//! Lesson 2, the echo: proves that it holds the key, then sends lines and shows what comes back.
//!
//! Run with `cargo run -p echo-client`, while echo-server runs in another terminal.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use auth::Scheme;
use clap::Parser;
use client::TimedStream;
use keysource::KeySource;
use prompt::Prompt;
use timestamp::EchoReader;

/// "Open sesame": the tutorial's own key, which is public.
const TUTORIAL_KEY: &str = "芝麻开门";

/// Proves to echo-server that it holds the key, then sends lines and shows what comes back.
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    server: client::Options,
    #[command(flatten)]
    key: KeySource,
}

fn main() -> ExitCode {
    cli::exit_code("echo-client", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    let key = args.key.load(TUTORIAL_KEY)?;
    let client::Options { connect: address, deadline } = args.server;
    let stream = TcpStream::connect(&address).map_err(|error| address.cannot_connect(error))?;
    let mut server = TimedStream::new(stream, deadline);
    auth::respond(&mut server, &key, Scheme::Md5).with_context(|| address.to_string())?;
    let mut prompt = Prompt::new()?;
    let mut has_echoed = false;
    while let Some(line) = prompt.line()? {
        let message = line.trim_ascii();
        if message.is_empty() {
            continue;
        }
        server.restart_deadline();
        let echo = match exchange(&mut server, message) {
            // A server that rejects a response does not say so: it closes.
            Err(error) if !has_echoed && client::is_closed(&error) => {
                bail!("{address} rejected our response and closed the connection; do both sides use the same key?")
            }
            echo => echo.with_context(|| address.to_string())?,
        };
        has_echoed = true;
        cli::show(&echo)?;
    }
    Ok(())
}

/// Sends a message, and reads until all of it has come back. Returns it with its timestamp.
fn exchange(mut server: impl Read + Write, message: &[u8]) -> io::Result<Vec<u8>> {
    server.write_all(message)?;
    let mut echo = EchoReader::new(message);
    let mut buffer = [0; 4096];
    while !echo.is_complete() {
        let count = server.read(&mut buffer)?;
        if count == 0 {
            let reason = "the server closed the connection before the whole echo arrived";
            return Err(io::Error::new(ErrorKind::UnexpectedEof, reason));
        }
        echo.feed(&buffer[..count]).map_err(io::Error::other)?;
    }
    Ok(echo.timestamped())
}
