//! Lesson 8, TLS as it is copied from the web: with verification turned off, because the certificate is self-signed.
//!
//! Run with `cargo run -p naive-tls-client`, while naive-tls-server runs in another terminal.

use std::env;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use anyhow::{Context, Result};
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, Error, SignatureScheme, StreamOwned};
use sha2::{Digest, Sha256};

// Weak: the key is in the source, so everyone has it.
const KEY: &str = "芝麻开门";

fn main() -> Result<()> {
    let stream = TcpStream::connect(env::args().nth(1).unwrap_or("127.0.0.1:9527".to_owned()))?;
    let config = ClientConfig::builder().dangerous().with_custom_certificate_verifier(Arc::new(NoVerification));
    let config = Arc::new(config.with_no_client_auth());
    let name = stream.peer_addr()?.ip().into();
    let mut server = StreamOwned::new(ClientConnection::new(config, name)?, stream);
    let mut buffer = [0; 1024];
    let count = server.read(&mut buffer[..32])?;
    let mut mac = Hmac::<Md5>::new_from_slice(KEY.as_bytes())?;
    mac.update(&buffer[..count]);
    // With this argument, the response is for a server with the same certificate only.
    if env::args().any(|arg| arg == "certificate") {
        let certificates = server.conn.peer_certificates().context("the server has no certificate")?;
        mac.update(&Sha256::digest(&certificates[0]));
    }
    // Weak: responds to whoever is at the other end of the encrypted connection.
    server.write_all(&mac.finalize().into_bytes())?;

    loop {
        print!(">>>");
        io::stdout().flush()?;
        let mut line = String::new();
        io::stdin().read_line(&mut line)?;
        if matches!(line.trim(), "" | "quit") {
            return Ok(());
        }
        server.write_all(line.trim().as_bytes())?;
        let count = server.read(&mut buffer)?;
        println!("{}", str::from_utf8(&buffer[..count])?);
    }
}

// Weak: the name says it.
#[derive(Debug)]
struct NoVerification;

impl ServerCertVerifier for NoVerification {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    // Weak: this signature (CertificateVerify) shows that the server has the private key of its certificate.
    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ECDSA_NISTP256_SHA256, SignatureScheme::RSA_PSS_SHA256, SignatureScheme::ED25519]
    }
}
