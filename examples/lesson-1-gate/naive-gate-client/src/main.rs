//! Lesson 1, the gate as the tutorial has it: responds to the server's challenge.
//!
//! Run with `cargo run -p naive-gate-client`, while naive-gate-server or gate-server runs in another terminal.

use std::env;
use std::io::{Read, Write};
use std::net::TcpStream;

use anyhow::Result;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;

// Weak: the key is in the source, so everyone has it.
const KEY: &str = "老衲洗头用飘柔";

fn main() -> Result<()> {
    let address = env::args().nth(1).unwrap_or("127.0.0.1:9527".to_owned());
    let mut server = TcpStream::connect(&address)?;
    let mut nonce = [0; 1024];
    // Weak: a single read: TCP may deliver less than the whole nonce.
    let count = server.read(&mut nonce)?;

    let mut mac = Hmac::<Md5>::new_from_slice(KEY.as_bytes())?;
    mac.update(&nonce[..count]);
    let response: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    // Weak: responds to anyone who listens there, and never learns the verdict.
    server.write_all(response.as_bytes())?;
    println!("responded to {address} with {response}");
    Ok(())
}
