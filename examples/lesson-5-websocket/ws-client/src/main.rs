//! Lessons 5 and 6, WebSocket: sends lines and shows what comes back; where a token is asked for, sends that first.
//!
//! Run with `cargo run -p ws-client`, while ws-server runs in another terminal.

mod session;
mod url;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Parser;
use cli::escape;
use prompt::Prompt;
use session::Session;
use url::Url;

/// Sends lines to ws-server and shows what comes back.
#[derive(Parser)]
struct Args {
    /// Where the server listens
    #[arg(long, value_name = "URL", default_value = "ws://127.0.0.1:8765")]
    connect: Url,
    /// File that holds the token to send first; - is the first line of standard input
    #[arg(long, value_name = "FILE")]
    token: Option<PathBuf>,
    /// How long to wait for the server, each time it is asked
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = humantime::parse_duration)]
    deadline: Duration,
}

fn main() -> ExitCode {
    cli::exit_code("ws-client", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    let mut prompt = Prompt::new()?;
    // Before the server waits for it, which it does not for long.
    let token = args.token.map(|file| read_token(&file, &mut prompt)).transpose()?;
    let mut session = Session::connect(&args.connect, args.deadline)?;
    if let Some(token) = &token {
        let answer = session.ask(text(token)?)?;
        if answer != b"Authenticated!"[..] {
            bail!("{} did not let us in: {}", args.connect.address, escape(&answer));
        }
        cli::show(&answer)?;
    }
    while let Some(line) = prompt.line()? {
        let message = text(&line)?;
        if !message.is_empty() {
            cli::show(&session.ask(message)?)?;
        }
    }
    session.close();
    Ok(())
}

fn read_token(file: &Path, prompt: &mut Prompt) -> Result<Vec<u8>> {
    if file.as_os_str() != "-" {
        return fs::read(file).with_context(|| format!("--token {}", file.display()));
    }
    prompt.line()?.context("no token came from standard input (--token -)")
}

/// What WebSocket calls text is UTF-8 (RFC 6455, section 5.6).
fn text(line: &[u8]) -> Result<&str> {
    str::from_utf8(line.trim_ascii()).ok().context("what is sent must be UTF-8; not sent")
}
