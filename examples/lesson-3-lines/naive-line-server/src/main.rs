//! Lesson 3, lines as the tutorial has them: echoes one line per connection, with a timestamp; one client at a time.
//!
//! Run with `cargo run -p naive-line-server`. It is weak on purpose:
//! `cargo run -p attack -- --list` shows how it breaks.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use anyhow::{Result, ensure};
use chrono::Local;

fn main() -> Result<()> {
    let address: SocketAddr = env::args().nth(1).unwrap_or("127.0.0.1:9527".to_owned()).parse()?;
    ensure!(address.ip().is_loopback(), "{address} is not a loopback address; this program is too weak for a network");
    let listener = TcpListener::bind(address)?;
    println!("naive-line-server listens on {}", listener.local_addr()?);
    for client in listener.incoming() {
        // Like Python's socketserver, it prints an error with one client and goes on with the next.
        if let Err(error) = reply(client?) {
            eprintln!("{error}");
        }
    }
    Ok(())
}

fn reply(mut client: TcpStream) -> Result<()> {
    println!("{}: connected", client.peer_addr()?);
    let mut line = String::new();
    // Weak: no timeout, so a client that says nothing keeps all others waiting forever.
    // Weak: no limit, so a line that never ends fills the memory.
    BufReader::new(&client).read_line(&mut line)?;
    client.write_all(format!("[{}] {line}", Local::now().format("%a %b %e %H:%M:%S %Y")).as_bytes())?;
    Ok(())
}
