//! Whatever a client sends instead of a TLS handshake or of its proof, the server logs why it ended the connection, tells
//! the client, and serves the next one.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Result;
use auth::mutual::GREETING;
use programs::{Language, at_once, connect};

use crate::peer::{Client, client_hello, encrypt, encrypted, is_served, records};
use crate::server;

const NOT_TLS: &str = "what the peer sent is not TLS";
const OTHER_VERSION: &str = "the peer does not speak TLS 1.3";
const LATE_TLS: &str = "cannot complete the TLS handshake: the deadline passed";
const LATE_PROOF: &str = "cannot receive the nonce and proof: the deadline passed";
const CUT_TLS: &str = "the peer closed the connection during the TLS handshake";
const CUT_PROOF: &str =
    "cannot receive the nonce and proof: the connection ended without close_notify: somebody may have cut it";

/// What TLS 1.2 begins with: no client has sent the extension that offers version 1.3.
const HELLO_1_2: &[u8] = b"\x16\x03\x01\x00\x4b\x01\x00\x00\x47\x03\x03\
    \x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\
    \x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\
    \x00\x00\x04\xc0\x2b\xc0\x2f\x01\x00\x00\x1a\
    \x00\x0a\x00\x06\x00\x04\x00\x1d\x00\x17\x00\x0d\x00\x06\x00\x04\x04\x03\x08\x04\x00\x0b\x00\x02\x01\x00";

/// Reads all that the server sends unencrypted until it closes.
fn read_to_end(client: &mut TcpStream) -> Result<Vec<u8>> {
    let mut received = Vec::new();
    match client.read_to_end(&mut received) {
        // What remains of a close with unread bytes.
        Err(error) if error.kind() != ErrorKind::ConnectionReset => Err(error.into()),
        _ => Ok(received),
    }
}

#[test]
fn what_is_not_tls_1_3_is_refused_with_an_alert_or_a_close() -> Result<()> {
    let greeting = [&GREETING[..], &[7; 32]].concat();
    let empty_records = b"\x16\x03\x01\x00\x00".repeat(100);
    let long_message = [b"\x16\x03\x01\x40\x00\x01\xff\xff\xff", &[0; 1 << 14][..]].concat();
    let cases: [(&[u8], &str); 8] = [
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", NOT_TLS),
        (&greeting, NOT_TLS),
        (&[0; 64], NOT_TLS),
        (b"\x16\x03\x01\xff\xff\x01", NOT_TLS),
        (&empty_records, NOT_TLS),
        (&long_message, NOT_TLS),
        (HELLO_1_2, OTHER_VERSION),
        // An alert, as the first that is said.
        (b"\x15\x03\x03\x00\x02\x07\x28", ""),
    ];
    at_once(Language::ALL, |language| {
        let mut server = server(language, &[])?;
        for (sent, logged) in cases {
            let mut client = connect(server.address)?;
            client.write_all(sent)?;
            let peer = client.local_addr()?;
            let received = read_to_end(&mut client)?;
            let is_fatal_alert = received.len() == 7 && received.starts_with(b"\x15\x03\x03\x00\x02\x02");
            assert!(is_fatal_alert || received.is_empty(), "{language:?}, {logged}: {received:x?}");
            assert!(logged != OTHER_VERSION || received[6] == 70, "the alert protocol_version: {received:x?}");
            server.line(&format!("{peer}: {logged}"))?;
            is_served(server.address)?;
        }
        server.stop()?;
        Ok(())
    })
}

#[test]
fn a_handshake_that_stops_after_any_message_ends_at_the_deadline_or_with_the_connection() -> Result<()> {
    // How far a client goes, and what is logged if it then stays silent, and if it closes the connection.
    type Go = fn(SocketAddr) -> Result<TcpStream>;
    let stages: [(Go, &str, &str); 5] = [
        (connect, LATE_TLS, CUT_TLS),
        (|server| hello(server, |hello| &hello[..hello.len() / 2]), LATE_TLS, CUT_TLS),
        (|server| hello(server, |hello| hello), LATE_TLS, CUT_TLS),
        (|server| Ok(encrypted(server)?.sock.stream.try_clone()?), LATE_PROOF, CUT_PROOF),
        (|server| nonce(&mut encrypted(server)?), LATE_PROOF, CUT_PROOF),
    ];
    at_once(Language::ALL, |language| {
        let mut server = server(language, &["--deadline", "1s"])?;
        for (go, if_silent, if_closed) in stages {
            for (closes, logged) in [(false, if_silent), (true, if_closed)] {
                let mut client = go(server.address)?;
                let peer = client.local_addr()?;
                if closes {
                    client.shutdown(Shutdown::Write)?;
                }
                read_to_end(&mut client)?;
                server.line(&format!("{peer}: {logged}"))?;
                is_served(server.address)?;
            }
        }
        server.stop()?;
        Ok(())
    })
}

fn hello(server: SocketAddr, part: fn(&[u8]) -> &[u8]) -> Result<TcpStream> {
    let mut client = connect(server)?;
    client.write_all(part(&client_hello(server)?))?;
    Ok(client)
}

fn nonce(client: &mut Client) -> Result<TcpStream> {
    client.write_all(&[7; 32])?;
    client.flush()?;
    Ok(client.sock.stream.try_clone()?)
}

#[test]
fn a_record_that_does_not_belong_in_the_handshake_ends_it() -> Result<()> {
    for language in Language::ALL {
        let mut server = server(language, &[])?;
        let mut client = hello(server.address, |hello| hello)?;
        // Encrypted by nobody.
        client.write_all(&[b"\x17\x03\x03\x00\x40", &[7; 64][..]].concat())?;
        let peer = client.local_addr()?;
        read_to_end(&mut client)?;
        server.line(&format!("{peer}: a record cannot be decrypted: somebody may have changed it"))?;
        is_served(server.address)?;
        server.stop()?;
    }
    Ok(())
}

#[test]
fn a_client_with_a_wrong_proof_or_a_late_one_sees_a_proper_end_of_tls() -> Result<()> {
    let rejected = "rejected, it does not hold the key, or somebody is in between";
    for language in Language::ALL {
        let mut server = server(language, &["--deadline", "1s"])?;
        for (sent, logged) in [(64, rejected), (63, LATE_PROOF)] {
            let mut client = encrypted(server.address)?;
            client.write_all(&vec![7; sent])?;
            client.flush()?;
            let mut received = Vec::new();
            // Without close_notify, this is an error.
            client.read_to_end(&mut received)?;
            assert_eq!((received.len(), &received[..14]), (46, &GREETING[..]), "{language:?}: no proof of the server");
            server.line(&format!("{}: {logged}", client.sock.stream.local_addr()?))?;
        }
        server.stop()?;
    }
    Ok(())
}

#[test]
fn one_deadline_covers_the_tls_handshake_and_the_proof_together() -> Result<()> {
    at_once(Language::ALL, |language| {
        let mut server = server(language, &["--deadline", "2s"])?;
        let start = Instant::now();
        let stream = connect(server.address)?;
        // Each of the two is in time by itself.
        sleep(Duration::from_millis(1400));
        let mut client = encrypt(stream)?;
        sleep(Duration::from_millis(1400));
        let _ = client.write_all(&[7; 64]).and_then(|()| client.flush());
        client.read_to_end(&mut Vec::new())?;
        assert!(start.elapsed() < Duration::from_secs(5), "{language:?}: {:?}", start.elapsed());
        server.line(&format!("{}: {LATE_PROOF}", client.sock.stream.local_addr()?))?;
        server.stop()?;
        Ok(())
    })
}

#[test]
fn a_client_that_sends_one_byte_at_a_time_is_cut_at_the_deadline() -> Result<()> {
    type Go = fn(SocketAddr) -> Result<(TcpStream, Vec<u8>)>;
    let first_record: Go = |server| Ok((connect(server)?, client_hello(server)?));
    let proof_in_a_long_record: Go = |server| {
        let mut client = encrypted(server)?;
        let record = records(&mut client, &[7; 1 << 14])?;
        Ok((client.sock.stream, record))
    };
    at_once(Language::ALL, |language| {
        let mut server = server(language, &["--deadline", "1s"])?;
        for (go, logged) in [(first_record, LATE_TLS), (proof_in_a_long_record, LATE_PROOF)] {
            let (mut client, record) = go(server.address)?;
            let start = Instant::now();
            for byte in record {
                if client.write_all(&[byte]).is_err() {
                    break;
                }
                sleep(Duration::from_millis(10));
            }
            assert!(start.elapsed() < Duration::from_secs(5), "{language:?}: {:?}", start.elapsed());
            server.line(&format!("{}: {logged}", client.local_addr()?))?;
        }
        is_served(server.address)?;
        server.stop()?;
        Ok(())
    })
}
