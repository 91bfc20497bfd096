//! Lesson 8, TLS as it is copied from the web: lesson 2's challenge and echo, encrypted to whoever connects.
//!
//! Run with `cargo run -p naive-tls-server`. It is weak on purpose:
//! `cargo run -p attack -- relay-tls` reads and changes what it says.

use std::env;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

use anyhow::{Result, ensure};
use chrono::Local;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use rand::TryRng;
use rand::rngs::SysRng;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use sha2::{Digest, Sha256};

// Weak: both keys are in the source, so everyone has them.
const KEY: &str = "芝麻开门";
const PRIVATE_KEY: &[u8] = include_bytes!("../private-key.pem");
const CERTIFICATE: &[u8] = include_bytes!("../certificate.pem");

fn main() -> Result<()> {
    let address: SocketAddr = env::args().nth(1).unwrap_or("127.0.0.1:9527".to_owned()).parse()?;
    ensure!(address.ip().is_loopback(), "{address} is not a loopback address; this program is too weak for a network");
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE)?;
    // With this argument, a response is for this certificate only.
    let binding = if env::args().any(|arg| arg == "certificate") { &Sha256::digest(&certificate)[..] } else { &[] };
    let private_key = PrivateKeyDer::from_pem_slice(PRIVATE_KEY)?;
    let config = ServerConfig::builder().with_no_client_auth();
    let config = Arc::new(config.with_single_cert(vec![certificate.clone()], private_key)?);
    let listener = TcpListener::bind(address)?;
    println!("naive-tls-server listens on {}", listener.local_addr()?);
    loop {
        let (client, peer) = listener.accept()?;
        // Weak: one client at a time, and an error with one of them ends the server for everyone.
        serve(StreamOwned::new(ServerConnection::new(config.clone())?, client), peer, binding)?;
    }
}

fn serve(mut client: StreamOwned<ServerConnection, TcpStream>, peer: SocketAddr, binding: &[u8]) -> Result<()> {
    let mut nonce = [0; 32];
    SysRng.try_fill_bytes(&mut nonce)?;
    client.write_all(&nonce)?;
    let mut mac = Hmac::<Md5>::new_from_slice(KEY.as_bytes())?;
    mac.update(&nonce);
    mac.update(binding);
    let mut buffer = [0; 1024];
    let count = client.read(&mut buffer[..16])?;
    // Weak: the client may have responded to somebody else, on another encrypted connection.
    if mac.verify_slice(&buffer[..count]).is_err() {
        println!("{peer}: rejected, it does not hold the key");
        return Ok(());
    }
    println!("{peer}: accepted, it holds the key");
    // Weak: an error ends the session like any other end, so nobody notices that a connection was cut.
    while let Ok(count @ 1..) = client.read(&mut buffer) {
        let message = str::from_utf8(&buffer[..count])?;
        client.write_all(format!("[{}] {message}", Local::now().format("%a %b %e %H:%M:%S %Y")).as_bytes())?;
    }
    Ok(())
}
