//! Lesson 7: a client for Python's `multiprocessing.connection.Listener`. It sends lines and shows the replies.
//!
//! Run with `cargo run -p mp-client -- --key-file FILE`, while mp-listener, or a listener in Python, runs in another
//! terminal.

use std::net::TcpStream;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use client::TimedStream;
use keysource::SharedKey;
use mp::{Authenticator, recv_bytes, send_bytes};
use prompt::Prompt;

/// The maximum length of a reply, in bytes.
const MAX_REPLY: usize = 64 * 1024;

/// Connects to a listener that speaks the protocol of Python's multiprocessing.connection, sends lines and shows what comes
/// back.
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    server: client::Options,
    #[command(flatten)]
    key: SharedKey,
}

fn main() -> ExitCode {
    cli::exit_code("mp-client", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    let Some(key) = args.key.load()? else { return Ok(()) };
    let client::Options { connect: address, deadline } = args.server;
    let stream = TcpStream::connect(&address).map_err(|error| address.cannot_connect(error))?;
    // The verdict and the first message follow each other: without this, the second waits for an acknowledgement.
    stream.set_nodelay(true)?;
    let mut server = TimedStream::new(stream, deadline);
    Authenticator::new(key).connect(&mut server).with_context(|| address.to_string())?;
    cli::say!("{address} holds the key");
    let mut prompt = Prompt::new()?;
    while let Some(line) = prompt.line()? {
        let message = line.trim_ascii();
        if message.is_empty() {
            continue;
        }
        server.restart_deadline();
        let reply = exchange(&mut server, message).with_context(|| address.to_string())?;
        cli::show(&reply)?;
    }
    Ok(())
}

/// Sends a message, and receives the reply. Never unpickles it: these are bytes.
fn exchange(server: &mut TimedStream, message: &[u8]) -> Result<Vec<u8>, mp::Error> {
    send_bytes(&mut *server, message)?;
    recv_bytes(server, MAX_REPLY)?.ok_or(mp::Error::Closed)
}
