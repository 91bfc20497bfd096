//! A server that sends back a line. Its arguments are an address and the number of bytes that a line may have.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let address = arguments.next().context("the address is missing")?;
    let limit: usize = arguments.next().context("the limit is missing")?.parse()?;
    let listener = TcpListener::bind(address)?;
    println!("line-limit listens on {}", listener.local_addr()?);
    println!("a line may have {limit} bytes");
    for client in listener.incoming() {
        if let Err(error) = reply(client?) {
            println!("{error}");
        }
    }
    Ok(())
}

fn reply(mut client: TcpStream) -> Result<()> {
    let mut line = Vec::new();
    // Weak: no limit.
    BufReader::new(&client).read_until(b'\n', &mut line)?;
    client.write_all(&line)?;
    Ok(())
}
