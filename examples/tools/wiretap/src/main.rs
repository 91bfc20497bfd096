//! The wiretap: forwards connections between clients and a server, and prints the bytes that pass.
//!
//! Run `cargo run -p wiretap -- --lesson echo`, and a client with `--connect 127.0.0.1:9528`.

mod capture;
mod conversation;
mod watcher;

use std::net::{TcpListener, ToSocketAddrs};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;

use anyhow::Result;
use capture::Capture;
use clap::Parser;
use cli::{Address, say};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use watcher::Watcher;
use wire::{Lesson, tap};

/// Forwards connections between clients and a server unchanged, and prints the bytes that pass.
#[derive(Parser)]
struct Args {
    /// Address to listen on; port 0 takes any free port
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:9528")]
    listen: Address,
    /// Address of the server
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:9527")]
    to: Address,
    /// Lesson whose fields to name
    #[arg(long)]
    lesson: Option<Lesson>,
    /// Also write the bytes as packets to this file, for Wireshark; replaces the file
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
}

fn main() -> ExitCode {
    cli::exit_code("wiretap", run(&Args::parse()))
}

fn run(args: &Args) -> Result<()> {
    let servers: Vec<_> = args.to.to_socket_addrs().map_err(|error| args.to.cannot_connect(error))?.collect();
    let listener = TcpListener::bind(&args.listen).map_err(|error| args.listen.cannot_listen(error))?;
    let capture = args.save.as_deref().map(Capture::create).transpose()?;
    let (end, ended) = channel();

    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    let interrupted = end.clone();
    thread::Builder::new().spawn(move || signals.forever().for_each(|_| drop(interrupted.send(Ok(())))))?;

    say!("wiretap forwards to {}", args.to);
    say!("wiretap listens on {}", listener.local_addr()?);
    let watcher = Arc::new(Watcher::new(args.to.clone(), args.lesson, capture));
    let handler = Arc::clone(&watcher);
    thread::Builder::new().spawn(move || {
        tap(&listener, &servers, move |connection, event| {
            if let Err(error) = handler.handle(connection, event) {
                let _ = end.send(Err(error));
            }
        })
    })?;
    // Connections that are still open are closed when the program exits.
    ended.recv()??;
    say!("wiretap {}", watcher.finish());
    Ok(())
}
