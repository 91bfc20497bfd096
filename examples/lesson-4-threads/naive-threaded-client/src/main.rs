//! Lesson 4, threads as the tutorial has them: sends each message over its own connection, and shows the reply.
//!
//! Run with `cargo run -p naive-threaded-client`,
//! while naive-threaded-server or threaded-server runs in another terminal.

use std::env;
use std::io::{self, Read, Write};
use std::net::TcpStream;

use anyhow::Result;

fn main() -> Result<()> {
    let address = env::args().nth(1).unwrap_or("127.0.0.1:9527".to_owned());
    loop {
        print!(">>>");
        io::stdout().flush()?;
        let mut line = String::new();
        io::stdin().read_line(&mut line)?;
        let message = line.trim_end_matches(['\r', '\n']);
        if message.is_empty() {
            return Ok(());
        }
        let mut server = TcpStream::connect(&address)?;
        server.write_all(message.as_bytes())?;
        let mut reply = [0; 1024];
        // Weak: no timeout, and a single read: of a longer reply, the rest is lost.
        let count = server.read(&mut reply)?;
        // Weak: what the server sends reaches the terminal unescaped.
        println!("{}", str::from_utf8(&reply[..count])?);
    }
}
