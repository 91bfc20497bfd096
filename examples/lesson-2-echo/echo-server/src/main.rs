//! Lesson 2, the echo: clients that hold the key may stay; each message comes back with the time before it.
//!
//! Run with `cargo run -p echo-server`.

use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use auth::{Key, Scheme, Verdict};
use clap::Parser;
use cli::{Address, say};
use keysource::KeySource;
use socketserver::{AllowList, Connection, ConnectionLimits, Server, Timeouts};
use timestamp::utf8;

/// "Open sesame": the tutorial's own key, which is public.
const TUTORIAL_KEY: &str = "芝麻开门";

/// The maximum number of bytes that is read and sent back at a time.
const MAX_PIECE: usize = 1024;

/// Sends messages back to clients that hold the key, with the time before each.
#[derive(Parser)]
struct Args {
    /// Address to listen on; port 0 chooses a free port
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:9527")]
    listen: Address,
    /// Time limit between two messages
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = cli::nonzero_duration)]
    idle: Duration,
    #[command(flatten)]
    key: KeySource,
    #[command(flatten)]
    timeouts: Timeouts,
    #[command(flatten)]
    allow_list: AllowList,
    #[command(flatten)]
    limits: ConnectionLimits,
}

fn main() -> ExitCode {
    cli::exit_code("echo-server", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    let key = args.key.load(TUTORIAL_KEY)?;
    let listener = TcpListener::bind(&args.listen).map_err(|error| args.listen.cannot_listen(error))?;
    let server = Server::threaded(listener, args.timeouts, args.allow_list, args.limits)?;
    say!("echo-server listens on {}", server.local_addr()?);
    let stats = server.run(move |client: &Connection| serve_authenticated(client, &key, args.idle))?;
    say!("echo-server {stats}");
    Ok(())
}

/// Checks a client and, if it holds the key, serves it until it leaves.
fn serve_authenticated(client: &Connection, key: &Key, idle: Duration) -> Result<()> {
    let peer = client.peer_addr();
    if auth::challenge(client, key, Scheme::Md5)? == Verdict::Rejected {
        say!("{peer}: rejected, it does not hold the key");
        return Ok(());
    }
    say!("{peer}: accepted, it holds the key");
    client.set_idle_timeout(idle)?;
    serve_echo(client).context("session")?;
    say!("{peer}: disconnected");
    Ok(())
}

/// Sends back each piece as it arrives with a timestamp before it, but never inside a UTF-8 character.
fn serve_echo(mut client: impl Read + Write) -> io::Result<()> {
    let mut buffer = [0; MAX_PIECE];
    let mut missing = 0;
    loop {
        let count = client.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        // The rest of a character that the last piece began comes before the timestamp.
        let (rest, text) = utf8::split_rest(&buffer[..count], missing);
        if text.is_empty() {
            missing -= rest.len();
            client.write_all(rest)?;
        } else {
            missing = utf8::missing_bytes(text);
            client.write_all(&[rest, &timestamp::now(), text].concat())?;
        }
    }
}
