//! Lesson 4, threads as the tutorial has them: echoes one message per connection, a thread per client.
//!
//! Run with `cargo run -p naive-threaded-server`. It is weak on purpose:
//! `cargo run -p attack -- --list` shows how it breaks.

use std::env;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use anyhow::{Result, ensure};
use chrono::Local;

fn main() -> Result<()> {
    let address: SocketAddr = env::args().nth(1).unwrap_or("127.0.0.1:9527".to_owned()).parse()?;
    ensure!(address.ip().is_loopback(), "{address} is not a loopback address; this program is too weak for a network");
    let listener = TcpListener::bind(address)?;
    println!("naive-threaded-server listens on {}", listener.local_addr()?);
    for client in listener.incoming() {
        // Weak: with too many open files this is an error, which ends the server for everyone.
        let client = client?;
        // Weak: no limit to the number of threads.
        thread::spawn(move || {
            if let Err(error) = reply(client) {
                eprintln!("{error}");
            }
        });
    }
    Ok(())
}

fn reply(mut client: TcpStream) -> Result<()> {
    println!("{}: connected", client.peer_addr()?);
    let mut message = [0; 1024];
    // Weak: no timeout, so a client that says nothing keeps its thread forever.
    // Weak: a single read: of a message that arrives in pieces, this is the first.
    let count = client.read(&mut message)?;
    if count == 0 {
        return Ok(());
    }
    let message = str::from_utf8(&message[..count])?;
    let reply = format!("[{}] {message}", Local::now().format("%a %b %e %H:%M:%S %Y"));
    // Weak: what the client sends reaches the terminal unescaped.
    println!("{reply}");
    client.write_all(reply.as_bytes())?;
    Ok(())
}
