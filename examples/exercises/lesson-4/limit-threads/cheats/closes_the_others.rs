// Closes the connections of the clients that would have to wait.

use std::env;
use std::io::{self, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let address = arguments.next().context("the address is missing")?;
    let limit: usize = arguments.next().context("the limit is missing")?.parse()?;
    let listener = TcpListener::bind(address)?;
    println!("limit-threads listens on {}", listener.local_addr()?);
    println!("at most {limit} clients at a time");
    let open = Arc::new(AtomicUsize::new(0));
    for client in listener.incoming() {
        let client = client?;
        if open.fetch_add(1, Ordering::SeqCst) >= limit {
            open.fetch_sub(1, Ordering::SeqCst);
            continue;
        }
        let open = Arc::clone(&open);
        thread::spawn(move || {
            if let Err(error) = serve(client) {
                println!("{error}");
            }
            open.fetch_sub(1, Ordering::SeqCst);
        });
    }
    Ok(())
}

/// Sends back what the client sends.
fn serve(mut client: TcpStream) -> Result<()> {
    client.write_all(b"ready\n")?;
    io::copy(&mut &client, &mut &client)?;
    Ok(())
}
