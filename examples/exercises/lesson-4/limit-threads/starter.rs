//! A server with a thread for each client. Its arguments are an address and the maximum number of clients at a time.

use std::env;
use std::io::{self, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let address = arguments.next().context("the address is missing")?;
    let limit: usize = arguments.next().context("the limit is missing")?.parse()?;
    let listener = TcpListener::bind(address)?;
    println!("limit-threads listens on {}", listener.local_addr()?);
    println!("at most {limit} clients at a time");
    for client in listener.incoming() {
        let client = client?;
        // Weak: no limit.
        thread::spawn(move || {
            if let Err(error) = serve(client) {
                println!("{error}");
            }
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
