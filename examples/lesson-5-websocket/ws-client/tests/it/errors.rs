//! Errors: one line that says why there is no session, or no longer one, and status 1.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::process::id;

use anyhow::{Context, Result, ensure};
use programs::{ClosedPort, Language, Server, run, server_that, stay_silent};
use wire::websocket::{CLOSE, FIN, Frame, RESPONSE};

/// Runs the client in both languages. It must print this error and nothing on standard output.
fn assert_error(connect: impl Fn() -> Result<SocketAddr>, options: &[&str], error: &str) -> Result<()> {
    for language in Language::ALL {
        let server = connect()?;
        let url = format!("ws://{server}");
        let options = [&["--connect", &url], options].concat();
        let ended = run("ws-client", language, &options, b"a message\n")?;
        let expected = format!("ws-client: {}", error.replace("SERVER", &server.to_string()));
        ensure!(ended.err().last() == Some(&expected.as_str()), "{language:?}: {expected}: {ended:?}");
        ensure!(ended.status.code() == Some(1) && ended.out().is_empty(), "{language:?}: {ended:?}");
    }
    Ok(())
}

/// Reads the client's request and sends these bytes.
fn send(mut client: TcpStream, bytes: &[u8]) {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && client.read_exact(&mut byte).is_ok() {
        request.extend(byte);
    }
    let _ = client.write_all(bytes);
}

/// Accepts the handshake, reads a message and sends this frame.
fn reply(client: TcpStream, frame: &Frame) {
    if let Ok(mut session) = tungstenite::accept(client) {
        let _ = session.read();
        let _ = session.get_mut().write_all(&frame.encode());
        let _ = session.get_mut().read_to_end(&mut Vec::new());
    }
}

#[test]
fn there_is_no_session() -> Result<()> {
    let nobody = ClosedPort::new()?;
    let error =
        "cannot connect to SERVER: nothing listens there; start the server first, or set its address with --connect";
    assert_error(|| Ok(nobody.address), &[], error)?;

    let error = "SERVER: the server did not respond within 300ms";
    assert_error(|| Ok(server_that(stay_silent)?), &["--deadline", "300ms"], error)?;

    let closing = |client: TcpStream| drop(client.shutdown(Shutdown::Both));
    let error =
        "SERVER closed the connection during the handshake; is it a WebSocket server? (if it speaks TLS, use wss://)";
    assert_error(|| Ok(server_that(closing)?), &[], error)?;

    for (response, error) in [
        // The reason phrase is the server's own, and can be anything.
        ("HTTP/1.1 403 Forbidden\r\n\r\n", "SERVER refused the handshake with HTTP status 403"),
        ("HTTP/1.1 403 Whatever\r\n\r\n", "SERVER refused the handshake with HTTP status 403"),
        ("HTTP/1.1 418 Teapot\r\n\r\n", "SERVER refused the handshake with HTTP status 418"),
        ("HTTP/1.1 599 \r\nContent-Length: 8\r\n\r\nnot you\n", "SERVER refused the handshake with HTTP status 599"),
        (
            "[Thu May 10 22:00:19 2018] GET / HTTP/1.1\r\n\r\n",
            "SERVER does not speak WebSocket (if it speaks TLS, use wss://)",
        ),
        // A response to another key than the client's.
        (RESPONSE, "SERVER does not speak WebSocket (if it speaks TLS, use wss://)"),
    ] {
        assert_error(|| Ok(server_that(|client| send(client, response.as_bytes()))?), &[], error)?;
    }
    Ok(())
}

#[test]
fn the_session_ends() -> Result<()> {
    for (frame, error) in [
        (Frame::close(1009, "too long"), "SERVER closed the connection: 1009 (message too big): too long"),
        (Frame::close(4000, "no\x1b[2J"), r"SERVER closed the connection: 4000: no\u{1b}[2J"),
        (Frame::new(FIN | CLOSE, ""), "SERVER closed the connection: without a code (1005)"),
        (Frame::text(&"x".repeat((1 << 20) + 1)), "SERVER: the reply is longer than 1048576 bytes"),
    ] {
        let server = || {
            let frame = frame.clone();
            Ok(server_that(move |client| reply(client, &frame))?)
        };
        assert_error(server, &[], error)?;
    }
    Ok(())
}

#[test]
fn the_server_rejects_the_token() -> Result<()> {
    let file = std::env::temp_dir().join(format!("ws-client-token-{}", id()));
    fs::write(&file, "hello\n")?;
    let options = ["--token", file.to_str().context("not UTF-8")?];
    let mut server =
        Server::start("ws-server", Language::Rust, &["--listen-token", "127.0.0.1:0", "--error-log", "/dev/null"])?;
    let address = server.next_address()?;
    let error = "SERVER closed the connection: 1008 (policy violation): not a valid JWT";
    assert_error(|| Ok(address), &options, error)?;
    let expired = || Ok(server_that(|client| reply(client, &Frame::text("Token Expired")))?);
    assert_error(expired, &options, "SERVER rejected the token: Token Expired")?;
    Ok(fs::remove_file(file)?)
}

#[test]
fn the_url_is_not_valid() -> Result<()> {
    let error = "expected ws://HOST:PORT or wss://HOST:PORT, such as ws://127.0.0.1:8765";
    for url in ["127.0.0.1:8765", "http://127.0.0.1:8765", "ws://", "wss://"] {
        for language in Language::ALL {
            let ended = run("ws-client", language, &["--connect", url], b"")?;
            ensure!(ended.status.code() == Some(2), "{language:?}: {ended:?}");
            ensure!(ended.err().iter().any(|line| line.contains(error)), "{language:?}: {url}: {ended:?}");
        }
    }
    Ok(())
}

#[test]
fn a_message_that_is_not_utf8_is_not_sent() -> Result<()> {
    for language in Language::ALL {
        let address = server_that(|client| reply(client, &Frame::text("Server received: hello")))?;
        let url = format!("ws://{address}");
        let ended = run("ws-client", language, &["--connect", &url], b"hello\n\xff\n")?;
        ensure!(ended.out() == ["Server received: hello"] && ended.status.code() == Some(1), "{language:?}: {ended:?}");
        ensure!(ended.err() == ["ws-client: a message must be UTF-8; not sent"], "{language:?}: {ended:?}");
    }
    Ok(())
}
