//! A client of the echo. Its argument is the server's address; each line of its standard input is a message.

use std::env;
use std::io::{self, Read, Write};
use std::net::TcpStream;

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let address = env::args().nth(1).context("the address is missing")?;
    let mut server = TcpStream::connect(address)?;
    // Weak: no handshake.
    for line in io::stdin().lines() {
        // Weak: a message has no line ending.
        server.write_all(format!("{}\n", line?).as_bytes())?;
        // Weak: a single read.
        let mut echo = [0; 1024];
        let count = server.read(&mut echo)?;
        println!("{}", String::from_utf8_lossy(&echo[..count]));
    }
    Ok(())
}
