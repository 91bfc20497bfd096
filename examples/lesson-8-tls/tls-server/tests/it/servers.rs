//! Whatever a server sends, the client prints one line that says why it left, and ends.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use anyhow::Result;
use auth::Key;
use auth::mutual::{ChannelBinding, GREETING, authenticate_client};
use programs::{Language, at_once, server_that, stay_silent};
use rustls::{ServerConnection, StreamOwned};
use tls::{Identity, ServerConfig, server_config};

use crate::{KEY, client};

type Server = StreamOwned<ServerConnection, TcpStream>;

/// What TLS 1.2 answers: no extension says that this is version 1.3.
const HELLO_1_2: &[u8] = b"\x16\x03\x03\x00\x2c\x02\x00\x00\x28\x03\x03\
    \x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\
    \x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\
    \x00\xc0\x2b\x00\x00\x00";

/// Runs the client with a server that does this with its connection. Returns what it prints.
fn said(language: Language, serves: impl FnOnce(TcpStream) + Send + 'static, options: &[&str]) -> Result<String> {
    let address = server_that(serves)?.to_string();
    let ended = client(language, &address, KEY, options)?.wait()?;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    Ok(ended.err().join("\n").replace(&format!("tls-client: {address}"), "ADDRESS"))
}

#[test]
fn a_client_explains_why_there_is_no_tls_connection() -> Result<()> {
    type Serve = fn(TcpStream);
    fn reply(mut client: TcpStream, bytes: &[u8]) {
        let _ = client.read(&mut [0; 4096]).and_then(|_| client.write_all(bytes));
        stay_silent(client);
    }
    let not_tls = "ADDRESS: what the peer sent is not TLS";
    let other_version = "ADDRESS: the peer does not speak TLS 1.3";
    let cases: [(Serve, &str); 9] = [
        (|client| reply(client, b"HTTP/1.1 400 Bad Request\r\n\r\n"), not_tls),
        (|client| reply(client, &[&GREETING[..], &[7; 32]].concat()), not_tls),
        (|client| reply(client, b"\x16\x03\x03\xff\xff"), not_tls),
        (|client| reply(client, HELLO_1_2), other_version),
        (|client| reply(client, b"\x15\x03\x03\x00\x02\x02\x46"), other_version),
        (
            |client| reply(client, b"\x15\x03\x03\x00\x02\x02\x28"),
            "ADDRESS: the peer ended the TLS connection with the alert handshake_failure",
        ),
        (drop_unread, "ADDRESS: the peer closed the connection during the TLS handshake"),
        (stay_silent, "ADDRESS: cannot complete the TLS handshake: the server did not respond within 1s"),
        (dribble, "ADDRESS: cannot complete the TLS handshake: the server did not respond within 1s"),
    ];
    at_once(programs::both(&cases), |((serve, expected), language)| {
        assert_eq!(said(language, serve, &["--deadline", "1s"])?, expected, "{language:?}");
        Ok(())
    })
}

fn drop_unread(mut client: TcpStream) {
    let _ = client.read(&mut [0; 4096]);
}

/// The beginning of a long record, one byte at a time.
fn dribble(mut client: TcpStream) {
    let bytes = [b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03", &[0; 200][..]].concat();
    for byte in bytes {
        if client.write_all(&[byte]).is_err() {
            return;
        }
        sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_client_explains_why_a_server_is_not_authenticated_or_a_session_ended() -> Result<()> {
    type Act = fn(&mut Server) -> Result<()>;
    // What the server does after the TLS handshake, how it ends the connection, and what the client says.
    let (proper, cut): (Act, Act) = (close, |server| Ok(server.sock.shutdown(Shutdown::Write)?));
    let not_authenticated = "ADDRESS is not authenticated, and somebody may be in between";
    let was_cut = "the connection ended without close_notify: somebody may have cut it";
    let changed = "ADDRESS: a record cannot be decrypted: somebody may have changed it".to_owned();
    let cases: [(Act, Act, String); 10] = [
        (|_| Ok(()), cut, format!("{not_authenticated}: cannot receive the greeting: {was_cut}")),
        (
            |_| Ok(()),
            proper,
            format!("{not_authenticated}: the peer closed the connection before sending its greeting"),
        ),
        (
            |server| Ok(server.write_all(b"220 smtp.example.com ESMTP")?),
            proper,
            format!("{not_authenticated}: the server does not speak open-sesame/2"),
        ),
        (greet, cut, format!("{not_authenticated}: cannot receive the proof: {was_cut}")),
        (
            greet,
            proper,
            format!(
                "{not_authenticated}: the server rejected our proof and closed the connection; do both sides use the \
                 same key?"
            ),
        ),
        (
            |server| greet(server).and_then(|()| Ok(server.write_all(&[7; 32])?)),
            proper,
            format!("{not_authenticated}: the server's proof is wrong: it does not hold the key"),
        ),
        (authenticate, cut, format!("ADDRESS: {was_cut}")),
        (authenticate, proper, "ADDRESS: the server closed the connection before the whole echo arrived".to_owned()),
        (
            authenticate,
            |server| Ok(server.sock.write_all(&[b"\x17\x03\x03\x00\x40", &[7; 64][..]].concat())?),
            changed.clone(),
        ),
        // A close_notify that is not encrypted: anybody can send that.
        (authenticate, |server| Ok(server.sock.write_all(b"\x15\x03\x03\x00\x02\x01\x00")?), changed),
    ];
    let config = server_config(Identity::self_signed()?)?;
    let cases = cases.iter().flat_map(|case| Language::ALL.map(|language| (case, language)));
    at_once(cases, |((act, end, expected), language)| {
        let (act, end, config) = (*act, *end, Arc::clone(&config));
        let serve = move |client: TcpStream| {
            let _ = serve(client, config, act, end);
        };
        assert_eq!(said(language, serve, &[])?, *expected, "{language:?}");
        Ok(())
    })
}

fn serve(
    client: TcpStream,
    config: Arc<ServerConfig>,
    act: fn(&mut Server) -> Result<()>,
    end: fn(&mut Server) -> Result<()>,
) -> Result<()> {
    let mut server = StreamOwned::new(ServerConnection::new(config)?, client);
    while server.conn.is_handshaking() {
        server.conn.complete_io(&mut server.sock)?;
    }
    act(&mut server)?;
    server.flush()?;
    end(&mut server)?;
    // The client leaves first: a close with unread bytes would reset the connection.
    stay_silent(server.sock);
    Ok(())
}

fn close(server: &mut Server) -> Result<()> {
    server.conn.send_close_notify();
    Ok(server.flush()?)
}

/// Sends the greeting, and waits for the client's proof.
fn greet(server: &mut Server) -> Result<()> {
    server.write_all(&[&GREETING[..], &[7; 32]].concat())?;
    server.flush()?;
    Ok(server.read_exact(&mut [0; 64])?)
}

/// Authenticates both sides, and waits for the first message.
fn authenticate(server: &mut Server) -> Result<()> {
    let value = server.conn.export_keying_material([0; 32], b"EXPORTER-Channel-Binding", None)?;
    let _ = authenticate_client(&mut *server, &Key::new(KEY)?, ChannelBinding::TlsExporter(value))?;
    Ok(server.read_exact(&mut [0; 5])?)
}

#[test]
fn one_deadline_of_the_client_covers_the_tls_handshake_and_the_proofs_together() -> Result<()> {
    let config = server_config(Identity::self_signed()?)?;
    at_once(Language::ALL, |language| {
        let config = Arc::clone(&config);
        let serve = move |client| {
            sleep(Duration::from_millis(1400));
            let greet_late = |server: &mut Server| {
                sleep(Duration::from_millis(1400));
                greet(server)
            };
            let _ = serve(client, config, greet_late, |_| Ok(()));
        };
        let late = "cannot receive the greeting: the server did not respond within 2s";
        let expected = format!("ADDRESS is not authenticated, and somebody may be in between: {late}");
        assert_eq!(said(language, serve, &["--deadline", "2s"])?, expected, "{language:?}");
        Ok(())
    })
}
