//! Lesson 1, the gate as the tutorial has it: sends one client a nonce, and checks its response.
//!
//! Run with `cargo run -p naive-gate-server`. It is weak on purpose:
//! `cargo run -p attack -- --list` shows how it breaks.

use std::env;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};

use anyhow::{Result, ensure};
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use rand::TryRng;
use rand::rngs::SysRng;

// Weak: the key is in the source, so everyone has it.
const KEY: &str = "老衲洗头用飘柔";

fn main() -> Result<()> {
    let address: SocketAddr = env::args().nth(1).unwrap_or("127.0.0.1:9527".to_owned()).parse()?;
    ensure!(address.ip().is_loopback(), "{address} is not a loopback address; this program is too weak for a network");
    let listener = TcpListener::bind(address)?;
    println!("naive-gate-server listens on {}", listener.local_addr()?);

    // Weak: serves a single client, whoever that is.
    let (mut client, peer) = listener.accept()?;
    let mut nonce = [0; 32];
    SysRng.try_fill_bytes(&mut nonce)?;
    client.write_all(&nonce)?;

    let mut mac = Hmac::<Md5>::new_from_slice(KEY.as_bytes())?;
    mac.update(&nonce);
    let expected: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let mut response = [0; 1024];
    // Weak: no timeout, so a client that says nothing keeps the server waiting forever.
    // Weak: a single read: TCP may deliver less than the whole response.
    let count = client.read(&mut response)?;
    // Weak: `==` stops at the first byte that differs, so its duration tells how much is right.
    if str::from_utf8(&response[..count])? == expected {
        println!("{peer}: accepted, it holds the key");
    } else {
        println!("{peer}: rejected, it does not hold the key");
    }
    Ok(())
}
