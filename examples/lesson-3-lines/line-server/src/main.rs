//! Lesson 3, lines: one line a connection, answered with a stamp before it; one client at a time.
//!
//! Run with `cargo run -p line-server`.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Parser;
use cli::Address;
use cli::say;
use socketserver::{Connection, SequentialServer, Timeouts};
use timestamp::Clock;

/// The longest line taken, in bytes, its ending counted.
const MAX_LINE: usize = 64 * 1024;

/// Answers one line of each client with a stamp before it, one client at a time.
#[derive(Parser)]
struct Args {
    /// Where to listen; port 0 takes any that is free
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:9527")]
    listen: Address,
    #[command(flatten)]
    limits: Timeouts,
}

fn main() -> ExitCode {
    cli::exit_code("line-server", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    let listener = args.listen.listen()?;
    let server = SequentialServer::new(listener, args.limits)?;
    say!("line-server listens on {}", server.local_addr()?);
    let served = server.run(answer)?;
    say!("line-server {served}");
    Ok(())
}

fn answer(mut client: &Connection) -> Result<()> {
    say!("{}: connected", client.peer_addr());
    let line = read_line(client)?;
    if !line.is_empty() {
        client.write_all(&[Clock::new().stamp(), &line[..]].concat())?;
    }
    Ok(())
}

/// A line with its ending; what a client sent before it stopped sending is a line too, as for Python's `readline`.
fn read_line(client: impl Read) -> Result<Vec<u8>> {
    let mut line = Vec::new();
    BufReader::new(client.take(MAX_LINE as u64 + 1)).read_until(b'\n', &mut line)?;
    if line.len() > MAX_LINE {
        bail!("refused: its line is longer than {MAX_LINE} bytes");
    }
    Ok(line)
}
