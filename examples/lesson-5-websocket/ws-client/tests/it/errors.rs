//! Errors: one line that says why there is no session, or no longer one, and status 1.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::process::id;

use anyhow::{Context, Result, ensure};
use programs::{Language, Server, Unanswered, run, server_that};
use wire::websocket::{FIN, Frame, RESPONSE, TEXT};

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

/// A server that reads the client's request and sends these bytes.
fn server_that_sends(bytes: impl Into<Vec<u8>>) -> Result<SocketAddr> {
    let bytes = bytes.into();
    Ok(server_that(move |mut client| {
        if read_head(&mut client).is_ok() {
            let _ = client.write_all(&bytes);
        }
    })?)
}

fn read_head(client: &mut TcpStream) -> Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        head.extend(byte);
    }
    Ok(String::from_utf8(head)?)
}

/// A server that accepts the handshake, reads a message and sends this frame.
fn server_that_replies(frame: Frame) -> Result<SocketAddr> {
    Ok(server_that(move |stream| {
        if let Ok(mut session) = tungstenite::accept(stream) {
            let _ = session.read();
            let _ = session.get_mut().write_all(&frame.encode());
            let _ = session.get_mut().read_to_end(&mut Vec::new());
        }
    })?)
}

#[test]
fn nothing_listens() -> Result<()> {
    let nobody = Unanswered::new()?;
    let error =
        "cannot connect to SERVER: nothing listens there; start the server first, or set its address with --connect";
    assert_error(|| Ok(nobody.address()?), &[], error)
}

#[test]
fn the_server_refuses_the_handshake() -> Result<()> {
    // The reason phrase is the server's own, and can be anything.
    for (status_line, status) in [("403 Forbidden", 403), ("403 Whatever", 403), ("418 Teapot", 418), ("599 ", 599)] {
        let response = format!("HTTP/1.1 {status_line}\r\nContent-Length: 8\r\nConnection: close\r\n\r\nnot you\n");
        let error = format!("SERVER refused the handshake with HTTP status {status}");
        assert_error(|| server_that_sends(response.as_bytes()), &[], &error)?;
    }
    Ok(())
}

#[test]
fn the_server_does_not_speak_websocket() -> Result<()> {
    // The second is a response to another key than the client's.
    for response in ["[Thu May 10 22:00:19 2018] GET / HTTP/1.1\r\n\r\n", RESPONSE] {
        assert_error(|| server_that_sends(response), &[], "SERVER does not speak WebSocket")?;
    }
    Ok(())
}

#[test]
fn the_server_does_not_respond_before_the_deadline() -> Result<()> {
    let silent = || {
        Ok(server_that(|mut client| {
            let _ = client.read_to_end(&mut Vec::new());
        })?)
    };
    assert_error(silent, &["--deadline", "300ms"], "SERVER: the server did not respond within 300ms")
}

#[test]
fn the_server_closes_the_connection_during_the_handshake() -> Result<()> {
    let closing = || {
        Ok(server_that(|client| {
            let _ = client.shutdown(Shutdown::Both);
        })?)
    };
    assert_error(closing, &[], "SERVER closed the connection during the handshake; is it a WebSocket server?")
}

#[test]
fn the_server_closes_the_session() -> Result<()> {
    let closed = "SERVER closed the connection: ";
    for (frame, reason) in [
        (Frame::close(1009, "too long"), "1009 (message too big): too long"),
        (Frame::close(4000, "no\x1b[2J"), r"4000: no\u{1b}[2J"),
        (Frame::new(FIN | 0x8, ""), "without a code (1005)"),
    ] {
        assert_error(|| server_that_replies(frame.clone()), &[], &format!("{closed}{reason}"))?;
    }
    Ok(())
}

#[test]
fn the_reply_is_too_long() -> Result<()> {
    let reply = Frame::new(FIN | TEXT, "x".repeat((1 << 20) + 1));
    assert_error(|| server_that_replies(reply.clone()), &[], "SERVER: the reply is longer than 1048576 bytes")
}

#[test]
fn the_server_rejects_the_token() -> Result<()> {
    let file = std::env::temp_dir().join(format!("ws-client-token-{}", id()));
    fs::write(&file, "hello\n")?;
    let options = ["--token", file.to_str().context("not UTF-8")?];
    for language in Language::ALL {
        let mut server =
            Server::start("ws-server", language, &["--listen-token", "127.0.0.1:0", "--error-log", "/dev/null"])?;
        let address = server.next_address()?;
        let error = "SERVER closed the connection: 1008 (policy violation): not a valid JWT";
        assert_error(|| Ok(address), &options, error)?;
        server.stop()?;
    }
    assert_error(
        || server_that_replies(Frame::text("Token Expired")),
        &options,
        "SERVER rejected the token: Token Expired",
    )?;
    Ok(fs::remove_file(file)?)
}

#[test]
fn the_url_is_not_valid() -> Result<()> {
    for (url, error) in [
        ("wss://127.0.0.1:8765", "these servers do not support TLS; use ws:// instead of wss://"),
        ("127.0.0.1:8765", "expected ws://HOST:PORT, such as ws://127.0.0.1:8765"),
        ("http://127.0.0.1:8765", "expected ws://HOST:PORT, such as ws://127.0.0.1:8765"),
        ("ws://", "expected ws://HOST:PORT, such as ws://127.0.0.1:8765"),
    ] {
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
        let server =
            Server::start("ws-server", language, &["--listen-token", "127.0.0.1:0", "--error-log", "/dev/null"])?;
        let url = format!("ws://{}", server.address);
        let ended = run("ws-client", language, &["--connect", &url], b"hello\n\xff\n")?;
        ensure!(ended.out() == ["Server received: hello"] && ended.status.code() == Some(1), "{language:?}: {ended:?}");
        ensure!(ended.err() == ["ws-client: a message must be UTF-8; not sent"], "{language:?}: {ended:?}");
        server.stop()?;
    }
    Ok(())
}
