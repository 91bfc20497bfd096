//! A client of the gate: reads the nonce and sends the response.

use std::env;
use std::io::{Read, Write};
use std::net::TcpStream;

use anyhow::{Context, Result};
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;

const KEY: &str = "老衲洗头用飘柔";

fn main() -> Result<()> {
    let address = env::args().nth(1).context("the address is missing")?;
    let mut server = TcpStream::connect(&address)?;
    let mut nonce = [0; 32];
    // Weak: a single read.
    let count = server.read(&mut nonce)?;

    let mut mac = Hmac::<Md5>::new_from_slice(KEY.as_bytes())?;
    mac.update(&nonce[..count]);
    let response: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    server.write_all(response.as_bytes())?;
    println!("responded to {address} with {response}");
    Ok(())
}
