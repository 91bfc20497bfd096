//! The wiretap: stands between a client and a server, changes nothing, and prints what passes.
//!
//! Run with `cargo run -p wiretap -- --lesson echo`, and a client with `--connect 127.0.0.1:9528`.

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
use cli::Address;
use cli::say;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use watcher::Watcher;
use wire::Lesson;
use wire::Tap;

/// Stands between a client and a server, changes nothing, and prints what passes.
#[derive(Parser)]
struct Args {
    /// Where to listen for clients; port 0 takes any that is free
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:9528")]
    listen: Address,
    /// Where the server is that they are connected to
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:9527")]
    to: Address,
    /// Name the parts of what passes, as this lesson has them
    #[arg(long)]
    lesson: Option<Lesson>,
    /// Also write what passes to this file, as packets for Wireshark; what it held is lost
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
    let (ends, end) = channel();

    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    let interrupted = ends.clone();
    thread::Builder::new().spawn(move || signals.forever().for_each(|_| drop(interrupted.send(Ok(())))))?;

    say!("wiretap forwards to {}", args.to);
    say!("wiretap listens on {}", listener.local_addr()?);
    let watcher = Arc::new(Watcher::new(args.to.clone(), args.lesson, capture));
    let watching = Arc::clone(&watcher);
    let tap = Tap::start(listener, &servers[..], move |connection, event| {
        if let Err(error) = watching.sees(connection, event) {
            let _ = ends.send(Err(error));
        }
    })?;
    end.recv()??;
    drop(tap);
    say!("wiretap {}", watcher.finish());
    Ok(())
}
