//! Lesson 3, lines: one line per connection, sent back with the time before it; one client at a time.
//!
//! Run with `cargo run -p line-server`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Parser;
use cli::{Address, say};
use socketserver::{AllowList, Connection, Server, Timeouts};

/// The maximum length of a line, in bytes, including its ending.
const MAX_LINE: usize = 64 * 1024;

/// Sends back one line of each client with the time before it, one client at a time.
#[derive(Parser)]
struct Args {
    /// Address to listen on; port 0 chooses a free port
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:9527")]
    listen: Address,
    #[command(flatten)]
    timeouts: Timeouts,
    #[command(flatten)]
    allow_list: AllowList,
}

fn main() -> ExitCode {
    cli::exit_code("line-server", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    let listener = TcpListener::bind(&args.listen).map_err(|error| args.listen.cannot_listen(error))?;
    let server = Server::sequential(listener, args.timeouts, args.allow_list)?;
    say!("line-server listens on {}", server.local_addr()?);
    let stats = server.run(reply_to)?;
    say!("line-server {stats}");
    Ok(())
}

/// Replies with the line that the client sends. A client that sends nothing gets no reply.
fn reply_to(mut client: &Connection) -> Result<()> {
    say!("{}: connected", client.peer_addr());
    let line = read_line(client)?;
    if !line.is_empty() {
        client.write_all(&[&timestamp::now()[..], &line].concat())?;
    }
    Ok(())
}

/// Reads a line with its ending. If the client stops sending before that, what it sent is the line.
fn read_line(client: impl Read) -> Result<Vec<u8>> {
    let mut line = Vec::new();
    BufReader::new(client.take(MAX_LINE as u64 + 1)).read_until(b'\n', &mut line)?;
    if line.len() > MAX_LINE {
        bail!("refused: the line is longer than {MAX_LINE} bytes");
    }
    Ok(line)
}
