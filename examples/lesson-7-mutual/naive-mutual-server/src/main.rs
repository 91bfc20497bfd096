//! Lesson 7, the obvious way for both sides to prove who they are: lesson 1's challenge, once in each direction.
//!
//! Run with `cargo run -p naive-mutual-server`. It is weak on purpose:
//! `cargo run -p attack -- reflect` gets in without the key.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::{env, thread};

use anyhow::{Result, ensure};
use hmac::{Hmac, KeyInit, Mac};
use rand::TryRng;
use rand::rngs::SysRng;
use sha2::Sha256;

const KEY: &[u8] = b"a key that only the two sides know";

fn main() -> Result<()> {
    let address: SocketAddr = env::args().nth(1).unwrap_or("127.0.0.1:9527".to_owned()).parse()?;
    ensure!(address.ip().is_loopback(), "{address} is not a loopback address; this program is too weak for a network");
    let listener = TcpListener::bind(address)?;
    println!("naive-mutual-server listens on {}", listener.local_addr()?);
    loop {
        let (client, peer) = listener.accept()?;
        thread::spawn(move || serve(client, peer));
    }
}

fn serve(mut client: TcpStream, peer: SocketAddr) -> Result<()> {
    // Weak: responds before it knows who asks, and a response is the same in both directions.
    let mut challenge = [0; 32];
    client.read_exact(&mut challenge)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY)?;
    mac.update(&challenge);
    client.write_all(&mac.finalize().into_bytes())?;

    let mut nonce = [0; 32];
    SysRng.try_fill_bytes(&mut nonce)?;
    client.write_all(&nonce)?;
    let mut response = [0; 32];
    client.read_exact(&mut response)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY)?;
    mac.update(&nonce);
    let is_right = mac.verify_slice(&response).is_ok();
    println!("{peer}: {}", if is_right { "accepted, it holds the key" } else { "rejected, it does not hold the key" });
    if is_right {
        client.write_all(b"welcome")?;
    }
    Ok(())
}
