//! A server that sends back a line. Its arguments are an address and the number of bytes that a line may have.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use anyhow::{Context, Result, ensure};

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let address = arguments.next().context("the address is missing")?;
    let limit: u64 = arguments.next().context("the limit is missing")?.parse()?;
    let listener = TcpListener::bind(address)?;
    println!("line-limit listens on {}", listener.local_addr()?);
    println!("a line may have {limit} bytes");
    for client in listener.incoming() {
        if let Err(error) = reply(client?, limit) {
            println!("{error}");
        }
    }
    Ok(())
}

fn reply(mut client: TcpStream, limit: u64) -> Result<()> {
    let mut line = Vec::new();
    // One byte more shows that a line is too long.
    BufReader::new((&client).take(limit + 1)).read_until(b'\n', &mut line)?;
    ensure!(line.len() as u64 <= limit, "refused: the line is longer than {limit} bytes");
    client.write_all(&line)?;
    Ok(())
}
