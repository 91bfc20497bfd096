// Always waits for the whole grace period, and still serves new clients in it.

use std::env;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let address = arguments.next().context("the address is missing")?;
    let grace = Duration::from_millis(arguments.next().context("the grace period is missing")?.parse()?);
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    let listener = TcpListener::bind(address)?;
    println!("graceful-shutdown listens on {}", listener.local_addr()?);

    // Each thread that serves a client holds a clone of the sender. When it has been taken out, no thread starts.
    let (sender, receiver) = channel::<()>();
    let sender = Arc::new(Mutex::new(Some(sender)));
    let for_clients = Arc::clone(&sender);
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let Some(sender) = for_clients.lock().unwrap_or_else(PoisonError::into_inner).clone() else { return };
            thread::spawn(move || {
                if let Err(error) = serve(client) {
                    println!("{error}");
                }
                drop(sender);
            });
        }
    });

    signals.forever().next();
    println!("shutting down");
    // Nobody sends anything: this ends with an error when the last clone is gone, or the time is over.
    let _ = receiver.recv_timeout(grace);
    Ok(())
}

/// Replies to one request, slowly.
fn serve(mut client: TcpStream) -> Result<()> {
    if client.read(&mut [0; 1024])? > 0 {
        client.write_all(b"begin\n")?;
        thread::sleep(Duration::from_millis(500));
        client.write_all(b"end\n")?;
    }
    Ok(())
}
