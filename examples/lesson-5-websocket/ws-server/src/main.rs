//! Lessons 5 and 6, WebSocket: one port echoes what anyone says, the other what holders of a token say.
//!
//! Run with `cargo run -p ws-server`.

mod echo;
mod error_log;
mod handshake;
mod let_in;
mod origin;
mod session;

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, anyhow};
use clap::Parser;
use cli::Address;
use cli::say;
use echo::greet;
use error_log::ErrorLog;
use handshake::Rules;
use keysource::KeySource;
use let_in::let_in;
use socketserver::{AllowList, Connection, ConnectionLimits, Server, Timeouts};

/// The tutorial's own, and so everyone's.
const TUTORIAL_KEY: &str = "secret_key";

/// Echoes over WebSocket: on one port to anyone, on the other to holders of a token.
#[derive(Parser)]
struct Args {
    /// Where to echo to anyone; port 0 takes any that is free
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8765")]
    listen: Address,
    /// Where to ask for a token first
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8888")]
    listen_token: Address,
    /// Where errors are written, one a line, behind those that are there
    #[arg(long, value_name = "PATH", default_value = "websocket_errors.log")]
    error_log: PathBuf,
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
    let key = args.key.load_for_hs256(TUTORIAL_KEY)?;
    let log = Arc::new(ErrorLog::open(args.error_log)?);
    let rules = args.rules;
    let deadline = args.timeouts.deadline;
    let listener = TcpListener::bind(&args.listen).map_err(|error| args.listen.cannot_listen(error))?;
    let token_listener = TcpListener::bind(&args.listen_token)
        .map_err(|error| args.listen_token.cannot_listen(error))
        .context("--listen-token")?;
    let (timeouts, allow_list, limits) = (args.timeouts.clone(), args.allow_list.clone(), args.limits.clone());
    let anyone = Server::threaded(listener, timeouts, allow_list, limits)?.named("echo");
    let holders = Server::threaded(token_listener, args.timeouts, args.allow_list, args.limits)?.named("token");
    say!("ws-server (echo) listens on {}", anyone.local_addr()?);
    say!("ws-server (token) listens on {}", holders.local_addr()?);

    let (echo_log, echo_rules) = (Arc::clone(&log), rules.clone());
    let serve_anyone = move |client: &Connection| echo_log.watch(client, "echo", greet(client, &echo_rules));
    let serve_holders = move |client: &Connection| log.watch(client, "token", let_in(client, &rules, &key, deadline));
    let anyone = thread::Builder::new().spawn(move || anyone.run(serve_anyone))?;
    let holders = holders.run(serve_holders)?;
    let anyone = anyone.join().map_err(|_| anyhow!("the thread of the echo server panicked"))??;
    say!("ws-server (echo) {anyone}");
    say!("ws-server (token) {holders}");
    Ok(())
}
