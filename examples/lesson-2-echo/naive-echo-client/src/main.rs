//! Lesson 2, the echo as the tutorial has it: authenticates, then sends lines and shows what comes back.
//!
//! Run with `cargo run -p naive-echo-client`, while naive-echo-server or echo-server runs in another terminal.

use std::env;
use std::io::{self, Read, Write};
use std::net::TcpStream;

use anyhow::Result;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;

// Weak: the key is in the source, so everyone has it.
const KEY: &str = "芝麻开门";

fn main() -> Result<()> {
    let address = env::args().nth(1).unwrap_or("127.0.0.1:9527".to_owned());
    let mut server = TcpStream::connect(address)?;
    let mut buffer = [0; 1024];
    // Weak: a single read: TCP may deliver less than the whole nonce.
    let count = server.read(&mut buffer[..32])?;
    let mut mac = Hmac::<Md5>::new_from_slice(KEY.as_bytes())?;
    mac.update(&buffer[..count]);
    // Weak: responds to anyone who listens there.
    server.write_all(&mac.finalize().into_bytes())?;

    loop {
        print!(">>>");
        io::stdout().flush()?;
        let mut line = String::new();
        let end = io::stdin().read_line(&mut line)? == 0;
        let message = line.trim();
        if end || message == "quit" {
            return Ok(());
        }
        if !message.is_empty() {
            server.write_all(message.as_bytes())?;
            // Weak: a single read, so the rest of a longer echo appears as the echo of the next message.
            let count = server.read(&mut buffer)?;
            // Weak: what the server sends reaches the terminal unescaped.
            println!("{}", str::from_utf8(&buffer[..count])?);
        }
    }
}
