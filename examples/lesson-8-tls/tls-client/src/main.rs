//! Lesson 8: sends lines over TLS, after a proof that the channel ends at the right server.
//!
//! Run with `cargo run -p tls-client -- --key-file FILE`, while tls-server runs in another terminal.

use std::io::Read;
use std::net::TcpStream;
use std::process::ExitCode;

use anyhow::{Context, Result};
use auth::mutual::{ChannelBinding, authenticate_server};
use clap::Parser;
use client::TimedStream;
use keysource::SharedKey;
use prompt::Prompt;
use timestamp::session::exchange;
use tls::TlsStream;

/// Checks over TLS that tls-server holds the key, and proves that it does too; then sends lines and shows what comes back.
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    server: client::Options,
    #[command(flatten)]
    key: SharedKey,
}

fn main() -> ExitCode {
    cli::exit_code("tls-client", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    let Some(key) = args.key.load()? else { return Ok(()) };
    let client::Options { connect: address, deadline } = args.server;
    let stream = TcpStream::connect(&address).map_err(|error| address.cannot_connect(error))?;
    let name = stream.peer_addr()?.ip().into();
    let server = TimedStream::new(stream, deadline);
    // Nobody vouches for the certificate, so this may be anyone.
    let config = tls::client_config_without_verification()?;
    let mut tls = TlsStream::connect(server, &config, name).with_context(|| address.to_string())?;
    // Only the server that holds the key can prove itself on this channel. Nothing of the session is sent before.
    let channel = ChannelBinding::TlsExporter(tls.exporter()?);
    authenticate_server(&mut tls, &key, channel)
        .with_context(|| format!("{address} is not authenticated, and somebody may be in between"))?;
    cli::say!("{address} holds the key, and nobody is in between");
    let mut prompt = Prompt::new()?;
    while let Some(line) = prompt.line()? {
        let message = line.trim_ascii();
        if message.is_empty() {
            continue;
        }
        tls.stream_mut().restart_deadline();
        let echo = exchange(&mut tls, message).with_context(|| address.to_string())?;
        cli::show(&echo)?;
    }
    tls.close();
    // Waits for the server's close_notify: to close the connection before it arrives would reset it.
    tls.stream_mut().restart_deadline();
    let _ = tls.read(&mut [0]);
    Ok(())
}
