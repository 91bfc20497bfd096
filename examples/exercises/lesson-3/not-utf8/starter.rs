//! A server that sends back a line. Its argument is an address.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let address = env::args().nth(1).context("the address is missing")?;
    let listener = TcpListener::bind(address)?;
    println!("not-utf8 listens on {}", listener.local_addr()?);
    for client in listener.incoming() {
        reply(client?)?;
    }
    Ok(())
}

fn reply(mut client: TcpStream) -> Result<()> {
    let mut line = String::new();
    BufReader::new(&client).read_line(&mut line)?;
    client.write_all(line.as_bytes())?;
    Ok(())
}
