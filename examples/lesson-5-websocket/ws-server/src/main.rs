//! Lessons 5 and 6, WebSocket: one port echoes to anyone, the other only to clients that send a valid token.
//!
//! Run with `cargo run -p ws-server`.

mod authenticated;
mod channel;
mod echo;
#[cfg_attr(not(feature = "tls"), path = "no_encryption.rs")]
mod encryption;
mod error_log;
mod frame;
mod handshake;
mod origin;
mod request;
mod session;

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, anyhow};
use authenticated::serve_authenticated;
use clap::Parser;
use cli::{Address, say};
use echo::serve_echo;
use error_log::ErrorLog;
use handshake::Rules;
use keysource::KeySource;
use socketserver::{AllowList, Connection, ConnectionLimits, Server, Timeouts};

/// The tutorial's key, which is public.
const TUTORIAL_KEY: &str = "secret_key";

/// Echoes over WebSocket: on one port to anyone, on another to clients with a token
#[derive(Parser)]
struct Args {
    /// Address of the port for anyone; port 0 chooses a free port
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8765")]
    listen: Address,
    /// Address of the port that requires a token
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8888")]
    listen_token: Address,
    /// File to append errors to, one per line; at 1 MiB it is renamed to FILE.1, and so on up to FILE.4
    #[arg(long, value_name = "FILE", default_value = "websocket_errors.log")]
    error_log: PathBuf,
    #[command(flatten)]
    encryption: encryption::Options,
    #[command(flatten)]
    key: KeySource,
    #[command(flatten)]
    rules: Rules,
    #[command(flatten)]
    timeouts: Timeouts,
    #[command(flatten)]
    allow_list: AllowList,
    #[command(flatten)]
    limits: ConnectionLimits,
}

fn main() -> ExitCode {
    cli::exit_code("ws-server", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    let Some(encryption) = args.encryption.load()? else { return Ok(()) };
    let Args { rules, timeouts, allow_list, limits, .. } = args;
    let key = args.key.load_for_hs256(TUTORIAL_KEY)?;
    let log = Arc::new(ErrorLog::open(args.error_log)?);
    let deadline = timeouts.deadline;
    let echo_listener = TcpListener::bind(&args.listen).map_err(|error| args.listen.cannot_listen(error))?;
    let token_listener = TcpListener::bind(&args.listen_token)
        .map_err(|error| args.listen_token.cannot_listen(error))
        .context("--listen-token")?;

    let echo_server = Server::threaded(echo_listener, timeouts.clone(), allow_list.clone(), limits.clone())?;
    let token_server = Server::threaded(token_listener, timeouts, allow_list, limits)?;
    say!("ws-server (echo) listens on {}", echo_server.local_addr()?);
    say!("ws-server (token) listens on {}", token_server.local_addr()?);

    let (echo_log, echo_encryption, echo_rules) = (Arc::clone(&log), encryption.clone(), rules.clone());
    let echo =
        move |client: &Connection| echo_log.record(client, "echo", serve_echo(client, &echo_encryption, &echo_rules));
    let token_log = Arc::clone(&log);
    let token = move |client: &Connection| {
        token_log.record(client, "token", serve_authenticated(client, &encryption, &rules, &key, deadline))
    };
    let echo_thread = thread::Builder::new().spawn(move || echo_server.named("echo").run(echo))?;
    let token_stats = token_server.named("token").run(token)?;
    let echo_stats = echo_thread.join().map_err(|_| anyhow!("the thread of the echo server panicked"))??;
    log.finish();
    say!("ws-server (echo) {echo_stats}");
    say!("ws-server (token) {token_stats}");
    Ok(())
}
