//! The ends of a session: the client sees an alert or a proper end of TLS, the log says why, and the next client is served.

use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;

use anyhow::Result;
use programs::{Language, Signal, at_once};

use crate::peer::{Client, authenticated, is_served, read_echo, records};
use crate::server;

/// The end that a client sees.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    CloseNotify,
    Alert,
    /// The client is not interested.
    Any,
}

type Act = fn(&mut Client) -> Result<()>;

#[test]
fn a_session_that_ends_in_another_way_is_logged_and_the_client_sees_why() -> Result<()> {
    let changed = "session: a record cannot be decrypted: somebody may have changed it";
    let not_tls = "session: what the peer sent is not TLS";
    let cases: [(Act, End, &str); 8] = [
        (leave, End::CloseNotify, "disconnected"),
        (cut, End::CloseNotify, "session: the connection ended without close_notify: somebody may have cut it"),
        (cut_in_a_record, End::CloseNotify, "session: the connection ended without close_notify"),
        (|_| Ok(()), End::CloseNotify, "session: the deadline passed"),
        (flood, End::Any, "session: the deadline passed"),
        (change_a_bit, End::Alert, changed),
        // Not TLS in Rust, a record that cannot be decrypted in Python.
        (|client| Ok(client.sock.stream.write_all(b"GET / HTTP/1.1\r\n\r\n")?), End::Alert, "session: "),
        (|client| Ok(client.sock.stream.write_all(b"\x17\x03\x03\xff\xff")?), End::Alert, not_tls),
    ];
    at_once(Language::ALL, |language| {
        let mut server = server(language, &["--idle", "1s"])?;
        for (act, expected, logged) in cases {
            let mut client = authenticated(server.address)?;
            let peer = client.sock.stream.local_addr()?;
            act(&mut client)?;
            if expected != End::Any {
                let end = match client.read_to_end(&mut Vec::new()) {
                    Ok(_) => End::CloseNotify,
                    Err(error) if error.kind() == ErrorKind::InvalidData => End::Alert,
                    Err(error) => return Err(error.into()),
                };
                assert_eq!(end, expected, "{language:?}: {logged}");
            }
            server.line(&format!("{peer}: {logged}"))?;
            is_served(server.address)?;
        }
        server.stop()?;
        Ok(())
    })
}

fn leave(client: &mut Client) -> Result<()> {
    client.conn.send_close_notify();
    Ok(client.flush()?)
}

fn cut(client: &mut Client) -> Result<()> {
    Ok(client.sock.stream.shutdown(Shutdown::Write)?)
}

fn cut_in_a_record(client: &mut Client) -> Result<()> {
    let record = records(client, b"hello")?;
    client.sock.stream.write_all(&record[..record.len() - 1])?;
    cut(client)
}

fn change_a_bit(client: &mut Client) -> Result<()> {
    let mut record = records(client, b"hello")?;
    record[7] ^= 1;
    Ok(client.sock.stream.write_all(&record)?)
}

/// Sends messages, and never reads an echo.
fn flood(client: &mut Client) -> Result<()> {
    while client.write_all(&[b'x'; 1 << 14]).and_then(|()| client.flush()).is_ok() {}
    Ok(())
}

#[test]
fn a_long_record_that_arrives_one_byte_at_a_time_comes_back() -> Result<()> {
    at_once(Language::ALL, |language| {
        let server = server(language, &[])?;
        let mut client = authenticated(server.address)?;
        let message = [b'x'; 1 << 14];
        let record = records(&mut client, &message)?;
        assert_eq!(u16::from_be_bytes([record[3], record[4]]) as usize, record.len() - 5, "one record");
        for byte in record {
            client.sock.stream.write_all(&[byte])?;
        }
        read_echo(&mut client, &message)?;
        server.stop()?;
        Ok(())
    })
}

#[test]
fn a_client_may_change_its_keys_but_not_keep_the_server_busy_with_that() -> Result<()> {
    for language in Language::ALL {
        let server = server(language, &[])?;
        let mut client = authenticated(server.address)?;
        let update = |client: &mut Client, count| -> Result<()> {
            for _ in 0..count {
                client.conn.refresh_traffic_keys()?;
                client.flush()?;
            }
            Ok(())
        };
        update(&mut client, 20)?;
        client.write_all(b"hello")?;
        read_echo(&mut client, b"hello")?;
        // OpenSSL closes the connection after 32 of them, rustls does not.
        let _ = update(&mut client, 1000);
        is_served(server.address)?;
        server.stop()?;
    }
    Ok(())
}

#[test]
fn a_server_that_shuts_down_ends_its_sessions_properly() -> Result<()> {
    for language in Language::ALL {
        let server = server(language, &["--grace", "0s"])?;
        let mut client = authenticated(server.address)?;
        server.process.signal(Signal::TERM)?;
        assert_eq!(client.read(&mut [0])?, 0, "{language:?}");
        assert!(server.process.wait()?.status.success());
    }
    Ok(())
}
