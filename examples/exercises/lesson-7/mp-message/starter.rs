//! Prints the messages of a server in hexadecimal. Each begins with its length: 4 bytes, signed, in big-endian order.

use std::env;
use std::io::Read;
use std::net::TcpStream;

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let mut server = TcpStream::connect(env::args().nth(1).context("the address is missing")?)?;
    let mut length = [0; 4];
    while server.read(&mut length)? > 0 {
        // Weak: believes every length, and that a read returns everything.
        let mut message = vec![0; i32::from_be_bytes(length) as usize];
        let count = server.read(&mut message)?;
        println!("{}", hex(&message[..count]));
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
