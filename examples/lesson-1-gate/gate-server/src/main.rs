//! Lesson 1, the gate: sends each client a nonce, and checks by its response whether it holds the key.
//!
//! Run with `cargo run -p gate-server`.

use std::net::TcpListener;
use std::process::ExitCode;

use anyhow::Result;
use auth::{Key, Scheme, Verdict};
use clap::Parser;
use cli::{Address, say};
use keysource::KeySource;
use socketserver::{AllowList, Connection, Server, Timeouts};

/// The tutorial's own key, which is public.
const TUTORIAL_KEY: &str = "老衲洗头用飘柔";

/// Sends each client a nonce, and checks by its response whether it holds the key.
#[derive(Parser)]
struct Args {
    /// Address to listen on; port 0 chooses a free port
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:9527")]
    listen: Address,
    /// Exit after the first client
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    key: KeySource,
    #[command(flatten)]
    timeouts: Timeouts,
    #[command(flatten)]
    allow_list: AllowList,
}

fn main() -> ExitCode {
    cli::exit_code("gate-server", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    let key = args.key.load(TUTORIAL_KEY)?;
    let listener = TcpListener::bind(&args.listen).map_err(|error| args.listen.cannot_listen(error))?;
    let server = Server::sequential(listener, args.timeouts, args.allow_list)?.once(args.once);
    say!("gate-server listens on {}", server.local_addr()?);
    let stats = server.run(move |client: &Connection| check_client(client, &key))?;
    say!("gate-server {stats}");
    Ok(())
}

/// Checks a client. It never learns the verdict: the server closes the connection either way.
fn check_client(client: &Connection, key: &Key) -> Result<()> {
    match auth::challenge(client, key, Scheme::Md5Hex)? {
        Verdict::Accepted => say!("{}: accepted, it holds the key", client.peer_addr()),
        Verdict::Rejected => say!("{}: rejected, it does not hold the key", client.peer_addr()),
    }
    Ok(())
}
