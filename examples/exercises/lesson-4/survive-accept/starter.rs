//! A server with a thread for each client, which sends back a line. Its argument is an address.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let address = env::args().nth(1).context("the address is missing")?;
    let listener = TcpListener::bind(address)?;
    println!("survive-accept listens on {}", listener.local_addr()?);
    loop {
        // Weak: an error ends the server for everyone.
        let (client, _) = listener.accept()?;
        thread::spawn(move || {
            if let Err(error) = reply(client) {
                println!("{error}");
            }
        });
    }
}

fn reply(mut client: TcpStream) -> Result<()> {
    let mut line = Vec::new();
    BufReader::new(&client).read_until(b'\n', &mut line)?;
    client.write_all(&line)?;
    Ok(())
}
