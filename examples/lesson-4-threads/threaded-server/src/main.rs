//! Lesson 4, threads: one request a connection, answered with a stamp before it; many clients at a time.
//!
//! Run with `cargo run -p threaded-server`.

use std::io::{Read, Write};
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Parser;
use cli::Address;
use cli::{escape, say};
use socketserver::{Connection, ConnectionLimits, ThreadedServer, Timeouts};
use timestamp::Clock;

/// The longest request taken, in bytes.
const MAX_REQUEST: usize = 1024;

/// Answers one request of each client with a stamp before it, many clients at a time.
#[derive(Parser)]
struct Args {
    /// Where to listen; port 0 takes any that is free
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:9527")]
    listen: Address,
    #[command(flatten)]
    limits: Timeouts,
    #[command(flatten)]
    crowd: ConnectionLimits,
}

fn main() -> ExitCode {
    cli::exit_code("threaded-server", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    let listener = args.listen.listen()?;
    let server = ThreadedServer::new(listener, args.limits, args.crowd)?;
    say!("threaded-server listens on {}", server.local_addr()?);
    let served = server.run(answer)?;
    say!("threaded-server {served}");
    Ok(())
}

/// The request has no ending: it is what one read returns.
fn answer(mut client: &Connection) -> Result<()> {
    let mut request = [0; MAX_REQUEST + 1];
    let count = client.read(&mut request)?;
    if count > MAX_REQUEST {
        bail!("refused: its request is longer than {MAX_REQUEST} bytes");
    }
    if count > 0 {
        let answer = [Clock::new().stamp(), &request[..count]].concat();
        say!("{}: {}", client.peer_addr(), escape(&answer));
        client.write_all(&answer)?;
    }
    Ok(())
}
