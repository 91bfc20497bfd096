//! Lesson 7: a listener for Python's `multiprocessing.connection.Client`. It sends each message back.
//!
//! Run with `cargo run -p mp-listener -- --key-file FILE`.

use std::net::TcpListener;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use cli::{Address, say};
use keysource::SharedKey;
use mp::{Authenticator, recv_bytes, send_bytes};
use socketserver::{AllowList, Connection, ConnectionLimits, Server, Timeouts};

/// The maximum length of a message, in bytes.
const MAX_MESSAGE: usize = 64 * 1024;

/// Sends messages back to clients that hold the key and speak the protocol of Python's multiprocessing.connection.
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
    cli::exit_code("mp-listener", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    let Some(key) = args.key.load()? else { return Ok(()) };
    let authenticator = Authenticator::new(key);
    let listener = TcpListener::bind(&args.listen).map_err(|error| args.listen.cannot_listen(error))?;
    let server = Server::threaded(listener, args.timeouts, args.allow_list, args.limits)?;
    say!("mp-listener listens on {}", server.local_addr()?);
    let stats = server.run(move |client: &Connection| serve_authenticated(client, &authenticator, args.idle))?;
    say!("mp-listener {stats}");
    Ok(())
}

/// Authenticates both sides and, if the client holds the key, serves it until it leaves.
fn serve_authenticated(client: &Connection, authenticator: &Authenticator, idle: Duration) -> Result<()> {
    let peer = client.peer_addr();
    if let Err(error) = authenticator.accept(client) {
        // What the client still sends would destroy the message that it is refused.
        client.lingering_close();
        return Err(error.into());
    }
    say!("{peer}: accepted, it holds the key");
    client.set_idle_timeout(idle)?;
    serve_echo(client).context("session")?;
    say!("{peer}: disconnected");
    Ok(())
}

/// Sends back each message.
fn serve_echo(client: &Connection) -> Result<(), mp::Error> {
    while let Some(message) = recv_bytes(client, MAX_MESSAGE)? {
        send_bytes(client, &message)?;
    }
    Ok(())
}
