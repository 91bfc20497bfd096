//! Lesson 2, the echo: whoever holds the key may stay, and has what he says stamped and sent back.
//!
//! Run with `cargo run -p echo-server`.

use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use auth::{Key, Scheme, Verdict};
use clap::Parser;
use cli::Address;
use cli::say;
use keysource::KeySource;
use socketserver::{Connection, ConnectionLimits, ThreadedServer, Timeouts};
use timestamp::Clock;

/// "Open sesame": the tutorial's own, and so everyone's.
const TUTORIAL_KEY: &str = "芝麻开门";

/// The most that is read, stamped and sent back at a time, in bytes.
const PIECE: usize = 1024;

/// Stamps what holders of the key say with the time, and sends it back.
#[derive(Parser)]
struct Args {
    /// Where to listen; port 0 takes any that is free
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:9527")]
    listen: Address,
    /// Time between two messages of a client
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = socketserver::nonzero_duration)]
    idle: Duration,
    #[command(flatten)]
    key: KeySource,
    #[command(flatten)]
    limits: Timeouts,
    #[command(flatten)]
    crowd: ConnectionLimits,
}

fn main() -> ExitCode {
    cli::exit_code("echo-server", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    let key = args.key.load(TUTORIAL_KEY)?;
    let listener = args.listen.listen()?;
    let server = ThreadedServer::new(listener, args.limits, args.crowd)?;
    say!("echo-server listens on {}", server.local_addr()?);
    let served = server.run(move |client: &Connection| converse(client, &key, args.idle))?;
    say!("echo-server {served}");
    Ok(())
}

fn converse(client: &Connection, key: &Key, idle: Duration) -> Result<()> {
    let peer = client.peer_addr();
    match auth::challenge(client, key, Scheme::Md5)? {
        Verdict::Rejected => say!("{peer}: rejected, it does not hold the key"),
        Verdict::Accepted => {
            say!("{peer}: accepted, it holds the key");
            client.set_idle_timeout(idle);
            stamp_and_echo(client).context("session")?;
            say!("{peer}: left");
        }
    }
    Ok(())
}

/// One read, one write: a stamp before each piece as it arrives, but never inside a character of UTF-8.
fn stamp_and_echo(mut client: impl Read + Write) -> io::Result<()> {
    let mut clock = Clock::new();
    // A piece is read in behind the room for its stamp, so that both go out together.
    let mut buffer = [0; timestamp::LEN + PIECE];
    let mut missing = 0;
    loop {
        let end = timestamp::LEN + client.read(&mut buffer[timestamp::LEN..])?;
        let piece = &buffer[timestamp::LEN..end];
        if piece.is_empty() {
            return Ok(());
        }
        // What completes the character that the last piece broke off comes before the stamp.
        let tail = piece.iter().take(missing).take_while(|byte| is_continuation(**byte)).count();
        if tail == piece.len() {
            missing -= tail;
            client.write_all(piece)?;
            continue;
        }
        missing = missing_bytes(piece);
        buffer.copy_within(timestamp::LEN..timestamp::LEN + tail, 0);
        buffer[tail..][..timestamp::LEN].copy_from_slice(clock.stamp());
        client.write_all(&buffer[..end])?;
    }
}

/// How many bytes the last character of `text` still wants (RFC 3629, section 3); 0 if it is whole, or no UTF-8.
fn missing_bytes(text: &[u8]) -> usize {
    let begun = text.iter().rev().take(3).take_while(|byte| is_continuation(**byte)).count();
    let length = match text.iter().rev().nth(begun) {
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        _ => 0,
    };
    usize::saturating_sub(length, begun + 1)
}

fn is_continuation(byte: u8) -> bool {
    matches!(byte, 0x80..=0xbf)
}
