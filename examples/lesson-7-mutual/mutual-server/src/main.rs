//! Lesson 7: both sides prove who they are, in one handshake. Then the server echoes messages, as in lesson 2.
//!
//! Run with `cargo run -p mutual-server -- --key-file FILE`.

use std::net::TcpListener;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use auth::mutual::{ChannelBinding, authenticate_client};
use auth::{Key, Verdict};
use clap::Parser;
use cli::{Address, say};
use keysource::SharedKey;
use socketserver::{AllowList, Connection, ConnectionLimits, Server, Timeouts};
use timestamp::session::serve_echo;

/// Proves that it holds the key to clients that do the same, then sends their messages back with the time before each.
#[derive(Parser)]
struct Args {
    /// Address to listen on; port 0 chooses a free port
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:9527")]
    listen: Address,
    /// Time limit between two messages
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = cli::nonzero_duration)]
    idle: Duration,
    #[command(flatten)]
    key: SharedKey,
    #[command(flatten)]
    timeouts: Timeouts,
    #[command(flatten)]
    allow_list: AllowList,
    #[command(flatten)]
    limits: ConnectionLimits,
}

fn main() -> ExitCode {
    cli::exit_code("mutual-server", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    let Some(key) = args.key.load()? else { return Ok(()) };
    let listener = TcpListener::bind(&args.listen).map_err(|error| args.listen.cannot_listen(error))?;
    let server = Server::threaded(listener, args.timeouts, args.allow_list, args.limits)?;
    say!("mutual-server listens on {}", server.local_addr()?);
    let stats = server.run(move |client: &Connection| serve_authenticated(client, &key, args.idle))?;
    say!("mutual-server {stats}");
    Ok(())
}

/// Authenticates both sides and, if the client holds the key, serves it until it leaves.
fn serve_authenticated(client: &Connection, key: &Key, idle: Duration) -> Result<()> {
    let peer = client.peer_addr();
    // TCP has no channel to bind the proofs to. TLS has, in lesson 8.
    if authenticate_client(client, key, ChannelBinding::None)? == Verdict::Rejected {
        say!("{peer}: rejected, it does not hold the key");
        return Ok(());
    }
    say!("{peer}: accepted, it holds the key");
    client.set_idle_timeout(idle)?;
    serve_echo(client).context("session")?;
    say!("{peer}: disconnected");
    Ok(())
}
