//! A client of the echo. Its argument is the server's address; each line of its standard input is a message.

use std::env;
use std::io::{self, Read, Write};
use std::net::TcpStream;

use anyhow::{Context, Result, ensure};
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use timestamp::EchoReader;

const KEY: &str = "芝麻开门";

fn main() -> Result<()> {
    let address = env::args().nth(1).context("the address is missing")?;
    let mut server = TcpStream::connect(address)?;
    let mut nonce = [0; 32];
    server.read_exact(&mut nonce)?;
    let mut mac = Hmac::<Md5>::new_from_slice(KEY.as_bytes())?;
    mac.update(&nonce);
    server.write_all(&mac.finalize().into_bytes())?;

    for line in io::stdin().lines() {
        let echo = exchange(&mut server, line?.as_bytes())?;
        println!("{}", String::from_utf8_lossy(&echo));
    }
    Ok(())
}

/// Sends a message, and reads until all of it has come back. Returns it with its timestamp.
fn exchange(server: &mut TcpStream, message: &[u8]) -> Result<Vec<u8>> {
    server.write_all(message)?;
    let mut echo = EchoReader::new(message);
    let mut buffer = [0; 4096];
    while !echo.is_complete() {
        let count = server.read(&mut buffer)?;
        ensure!(count > 0, "the server closed the connection before the whole echo arrived");
        echo.feed(&buffer[..count])?;
    }
    Ok(echo.timestamped())
}
