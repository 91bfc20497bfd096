//! A server with a thread for each client. Its arguments are an address and a grace period in milliseconds.

use std::env;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let address = arguments.next().context("the address is missing")?;
    let grace = Duration::from_millis(arguments.next().context("the grace period is missing")?.parse()?);
    let listener = TcpListener::bind(address)?;
    println!("graceful-shutdown listens on {}", listener.local_addr()?);
    println!("the grace period is {grace:?}");
    for client in listener.incoming() {
        let client = client?;
        thread::spawn(move || {
            if let Err(error) = serve(client) {
                println!("{error}");
            }
        });
    }
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
