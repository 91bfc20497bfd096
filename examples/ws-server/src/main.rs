//! Lessons 5 and 6, WebSocket: one port echoes what anyone says, the other what holders of a token say.
//!
//! Run with `cargo run -p ws-server`.

mod error_log;
mod handshake;
mod origin;
mod session;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

use address::Address;
use anyhow::{Context, Result, anyhow};
use auth::Key;
use clap::Parser;
use console::{escape, say};
use error_log::ErrorLog;
use handshake::Rules;
use humantime::format_duration;
use keysource::KeySource;
use session::{Received, Session};
use socketserver::{Connection, Crowd, Limits, ThreadingTcpServer};
use token::Rejected;
use tungstenite::protocol::frame::coding::CloseCode;

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
    /// Time between two messages of a client
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = socketserver::some_time)]
    idle: Duration,
    /// Where errors are written, one a line, behind those that are there
    #[arg(long, value_name = "PATH", default_value = "websocket_errors.log")]
    error_log: PathBuf,
    #[command(flatten)]
    key: KeySource,
    #[command(flatten)]
    rules: Rules,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    crowd: Crowd,
}

fn main() -> ExitCode {
    console::exit_code("ws-server", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    let key = args.key.load_for_hs256(TUTORIAL_KEY)?;
    let log = Arc::new(ErrorLog::open(args.error_log)?);
    let (rules, idle, deadline) = (args.rules, args.idle, args.limits.deadline);
    let anyone = ThreadingTcpServer::new(args.listen.listen()?, args.limits.clone(), args.crowd.clone())?.named("echo");
    let holders =
        ThreadingTcpServer::new(args.listen_token.listen().context("--listen-token")?, args.limits, args.crowd)?
            .named("token");
    say!("ws-server (echo) listens on {}", anyone.local_addr()?);
    say!("ws-server (token) listens on {}", holders.local_addr()?);

    let (echo_log, echo_rules) = (Arc::clone(&log), rules.clone());
    let serve_anyone = move |client: &Connection| echo_log.watch(client, "echo", greet(client, &echo_rules, idle));
    let serve_holders =
        move |client: &Connection| log.watch(client, "token", let_in(client, &rules, &key, deadline, idle));
    let anyone = thread::Builder::new().spawn(move || anyone.serve_forever(serve_anyone))?;
    let holders = holders.serve_forever(serve_holders)?;
    let anyone = anyone.join().map_err(|_| anyhow!("the thread of the echo server panicked"))??;
    say!("ws-server (echo) {anyone}");
    say!("ws-server (token) {holders}");
    Ok(())
}

/// Echoes to anyone.
fn greet(client: &Connection, rules: &Rules, idle: Duration) -> Result<()> {
    let session = Session::accept(client, rules)?;
    say!("{}: connected", client.peer());
    echo(session, rules, idle)
}

/// Takes a token first, and echoes to its holder.
fn let_in(client: &Connection, rules: &Rules, key: &Key, deadline: Duration, idle: Duration) -> Result<()> {
    let mut session = Session::accept(client, rules)?;
    let why_not = match session.receive(token::MAX_LEN)? {
        Received::Text(token) => match token::check(&token, key, SystemTime::now()) {
            Ok(claims) => {
                session.send("Authenticated!")?;
                say!("{}: {} is let in", client.peer(), escape(claims.user_id.as_bytes()));
                return echo(session, rules, idle);
            }
            Err(expired @ Rejected::Expired) => {
                session.send("Token Expired")?;
                return session.close(CloseCode::Normal, "").context(expired);
            }
            Err(rejected) => rejected.to_string(),
        },
        Received::Binary => Rejected::NotText.to_string(),
        Received::TooLong => Rejected::TooLong.to_string(),
        Received::Nothing => format!("no token within {}", format_duration(deadline)),
        Received::Close => return Ok(()),
    };
    session.close(CloseCode::Policy, &why_not)
}

/// Sends back what the client says, until it leaves.
fn echo(mut session: Session<'_>, rules: &Rules, idle: Duration) -> Result<()> {
    let (code, why) = loop {
        match session.receive_within(idle, rules.max_message)? {
            Received::Text(text) => session.send(format!("Server received: {text}"))?,
            Received::Binary => break (CloseCode::Unsupported, "text only".to_owned()),
            Received::TooLong => break (CloseCode::Size, format!("a message has at most {} bytes", rules.max_message)),
            Received::Nothing => break (CloseCode::Away, format!("nothing said for {}", format_duration(idle))),
            Received::Close => {
                say!("{}: left", session.peer());
                return Ok(());
            }
        }
    };
    session.close(code, &why)
}
