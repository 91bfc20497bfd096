//! Lesson 7, the obvious way for both sides to prove who they are: challenges the server, then responds to it.
//!
//! Run with `cargo run -p naive-mutual-client`, while naive-mutual-server runs in another terminal.

use std::env;
use std::io::{Read, Write};
use std::net::TcpStream;

use anyhow::{Result, ensure};
use hmac::{Hmac, KeyInit, Mac};
use rand::TryRng;
use rand::rngs::SysRng;
use sha2::Sha256;

const KEY: &[u8] = b"a key that only the two sides know";

fn main() -> Result<()> {
    let address = env::args().nth(1).unwrap_or("127.0.0.1:9527".to_owned());
    let mut server = TcpStream::connect(&address)?;

    let mut nonce = [0; 32];
    SysRng.try_fill_bytes(&mut nonce)?;
    server.write_all(&nonce)?;
    let mut response = [0; 32];
    server.read_exact(&mut response)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY)?;
    mac.update(&nonce);
    ensure!(mac.verify_slice(&response).is_ok(), "{address} does not hold the key");

    let mut challenge = [0; 32];
    server.read_exact(&mut challenge)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY)?;
    mac.update(&challenge);
    server.write_all(&mac.finalize().into_bytes())?;
    let mut message = String::new();
    server.read_to_string(&mut message)?;
    println!("{address} holds the key, and says: {message:?}");
    Ok(())
}
