// Reads at most as many bytes as a line may have, so it sends back the beginning of a longer line.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use anyhow::{Context, Result};

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
    BufReader::new((&client).take(limit)).read_until(b'\n', &mut line)?;
    client.write_all(&line)?;
    Ok(())
}
