//! Lesson 1, the gate: sends each client a nonce, and judges by its answer whether it holds the key.
//!
//! Run with `cargo run -p gate-server`.

use std::process::ExitCode;

use anyhow::Result;
use auth::{Key, Scheme, Verdict};
use clap::Parser;
use cli::Address;
use cli::say;
use keysource::KeySource;
use socketserver::{Connection, SequentialServer, Timeouts};

/// The tutorial's own, and so everyone's.
const TUTORIAL_KEY: &str = "老衲洗头用飘柔";

/// Sends each client a nonce, and judges by its answer whether it holds the key.
#[derive(Parser)]
struct Args {
    /// Where to listen; port 0 takes any that is free
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:9527")]
    listen: Address,
    /// End after the first client
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    key: KeySource,
    #[command(flatten)]
    limits: Timeouts,
}

fn main() -> ExitCode {
    cli::exit_code("gate-server", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    let key = args.key.load(TUTORIAL_KEY)?;
    let listener = args.listen.listen()?;
    let server = SequentialServer::new(listener, args.limits)?;
    say!("gate-server listens on {}", server.local_addr()?);
    let handler = move |client: &Connection| judge(client, &key);
    let served = if args.once { server.run_once(handler) } else { server.run(handler) }?;
    say!("gate-server {served}");
    Ok(())
}

/// The client is not told the verdict: the connection is closed either way.
fn judge(client: &Connection, key: &Key) -> Result<()> {
    match auth::challenge(client, key, Scheme::Md5Hex)? {
        Verdict::Accepted => say!("{}: accepted, it holds the key", client.peer_addr()),
        Verdict::Rejected => say!("{}: rejected, it does not hold the key", client.peer_addr()),
    }
    Ok(())
}
