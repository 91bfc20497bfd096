//! Lessons 5 and 6, WebSocket: sends a token if it has one, then lines, and shows the replies.
//!
//! Run with `cargo run -p ws-client`, while ws-server runs in another terminal.

mod channel;
#[cfg_attr(not(feature = "tls"), path = "no_encryption.rs")]
mod encryption;
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

/// Sends lines to ws-server and shows the replies
#[derive(Parser)]
struct Args {
    /// URL of the server
    #[arg(long, value_name = "URL", default_value = "ws://127.0.0.1:8765")]
    connect: Url,
    #[command(flatten)]
    encryption: encryption::Options,
    /// File with the token to send first; - reads it from the first line of standard input
    #[arg(long, value_name = "FILE")]
    token: Option<PathBuf>,
    /// Time limit for each exchange with the server
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = cli::nonzero_duration)]
    deadline: Duration,
}

fn main() -> ExitCode {
    cli::exit_code("ws-client", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    let encryption = args.encryption.load(&args.connect)?;
    let mut prompt = Prompt::new()?;
    // Before it connects, because the server does not wait long for a token.
    let token = args.token.map(|file| read_token(&file, &mut prompt)).transpose()?;
    let mut session = Session::connect(&args.connect, encryption, args.deadline)?;
    if let Some(token) = &token {
        let reply = session.request(text(token)?)?;
        if reply != b"Authenticated!"[..] {
            bail!("{} rejected the token: {}", args.connect.address, escape(&reply));
        }
        cli::show(&reply)?;
    }
    while let Some(line) = prompt.line()? {
        let message = text(&line)?;
        if !message.is_empty() {
            cli::show(&session.request(message)?)?;
        }
    }
    session.close();
    Ok(())
}

fn read_token(file: &Path, prompt: &mut Prompt) -> Result<Vec<u8>> {
    if file.as_os_str() != "-" {
        return fs::read(file).with_context(|| format!("--token {}", file.display()));
    }
    prompt.line()?.context("there is no token on standard input (--token -)")
}

/// A text message must be UTF-8 (RFC 6455, section 5.6).
fn text(line: &[u8]) -> Result<&str> {
    str::from_utf8(line.trim_ascii()).ok().context("a message must be UTF-8; not sent")
}
