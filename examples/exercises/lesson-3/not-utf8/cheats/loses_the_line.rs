// Goes on after an error, but a line that is not UTF-8 is still one.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let address = env::args().nth(1).context("the address is missing")?;
    let listener = TcpListener::bind(address)?;
    println!("not-utf8 listens on {}", listener.local_addr()?);
    for client in listener.incoming() {
        if let Err(error) = reply(client?) {
            println!("{error}");
        }
    }
    Ok(())
}

fn reply(mut client: TcpStream) -> Result<()> {
    let mut line = String::new();
    BufReader::new(&client).read_line(&mut line)?;
    client.write_all(line.as_bytes())?;
    Ok(())
}
