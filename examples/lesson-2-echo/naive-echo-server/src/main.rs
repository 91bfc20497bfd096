//! Lesson 2, the echo as the tutorial has it: clients that hold the key get their messages back, with a timestamp.
//!
//! Run with `cargo run -p naive-echo-server`. It is weak on purpose:
//! `cargo run -p attack -- --list` shows how it breaks.

use std::env;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use anyhow::{Result, ensure};
use chrono::Local;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use rand::TryRng;
use rand::rngs::SysRng;

// Weak: the key is in the source, so everyone has it.
const KEY: &str = "芝麻开门";

fn main() -> Result<()> {
    let address: SocketAddr = env::args().nth(1).unwrap_or("127.0.0.1:9527".to_owned()).parse()?;
    ensure!(address.ip().is_loopback(), "{address} is not a loopback address; this program is too weak for a network");
    let listener = TcpListener::bind(address)?;
    println!("naive-echo-server listens on {}", listener.local_addr()?);
    loop {
        let (client, peer) = listener.accept()?;
        // Weak: one client at a time, and an error with one of them ends the server for everyone.
        serve(client, peer)?;
    }
}

fn serve(mut client: TcpStream, peer: SocketAddr) -> Result<()> {
    let mut nonce = [0; 32];
    SysRng.try_fill_bytes(&mut nonce)?;
    client.write_all(&nonce)?;
    let mut mac = Hmac::<Md5>::new_from_slice(KEY.as_bytes())?;
    mac.update(&nonce);
    let mut buffer = [0; 1024];
    // Weak: no timeout, here and below; and a single read: TCP may deliver less than the whole response.
    let count = client.read(&mut buffer[..16])?;
    if mac.verify_slice(&buffer[..count]).is_err() {
        println!("{peer}: rejected, it does not hold the key");
        return Ok(());
    }
    println!("{peer}: accepted, it holds the key");
    // Weak: nothing proves that what follows comes from this client.
    loop {
        let count = client.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        // Weak: where a read ends in the middle of a character, this is an error.
        let message = str::from_utf8(&buffer[..count])?;
        client.write_all(format!("[{}] {message}", Local::now().format("%a %b %e %H:%M:%S %Y")).as_bytes())?;
    }
}
