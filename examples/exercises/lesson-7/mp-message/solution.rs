//! Prints the messages of a server in hexadecimal. Each begins with its length: 4 bytes, signed, in big-endian order.

use std::env;
use std::io::Read;
use std::net::TcpStream;

use anyhow::{Context, Result, ensure};

const MAX_LENGTH: i32 = 256;

fn main() -> Result<()> {
    let mut server = TcpStream::connect(env::args().nth(1).context("the address is missing")?)?;
    let mut length = [0; 4];
    // Only before a length may the stream end.
    while server.read(&mut length[..1])? > 0 {
        server.read_exact(&mut length[1..]).context("the stream ended inside a length")?;
        let length = i32::from_be_bytes(length);
        ensure!((0..=MAX_LENGTH).contains(&length), "a message cannot have {length} bytes");
        let mut message = vec![0; length as usize];
        server.read_exact(&mut message).context("the stream ended inside a message")?;
        println!("{}", hex(&message));
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
