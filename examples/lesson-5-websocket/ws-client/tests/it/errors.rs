//! Why there is no connection, or no more, in plain words and with status 1.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

use anyhow::{Result, ensure};
use programs::{Language, Server, Unanswered, run, server_that};

/// RFC 6455, section 1.3: what a server answers to this key, which is then not the client's.
const OTHER_ACCEPT: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                            Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

/// The client with these options says this, and no more.
fn says(options: &[&str], typed: &str, status: i32, error: &str) -> Result<()> {
    for language in Language::ALL {
        let ended = run("ws-client", language, options, typed.as_bytes())?;
        ensure!(ended.status.code() == Some(status), "{language:?}: {ended:?}");
        ensure!(ended.err().last() == Some(&error), "{language:?}: {error}: {ended:?}");
        ensure!(ended.out().is_empty(), "{language:?}: {ended:?}");
    }
    Ok(())
}

fn url(address: SocketAddr) -> String {
    format!("ws://{address}")
}

/// A server that says this once it has the client's request, and then what it is told to do.
fn answers(bytes: &'static [u8], then: fn(TcpStream)) -> std::io::Result<SocketAddr> {
    server_that(move |mut client| {
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            match client.read(&mut byte) {
                Ok(1) => request.push(byte[0]),
                _ => return,
            }
        }
        let _ = client.write_all(bytes);
        then(client);
    })
}

#[test]
fn nothing_listens_there() -> Result<()> {
    let nobody = Unanswered::new()?;
    let address = nobody.address()?;
    let error = format!(
        "ws-client: cannot connect to {address}: nothing listens there; start the server first, or set its \
         address with --connect"
    );
    says(&["--connect", &url(address)], "hello\n", 1, &error)
}

#[test]
fn the_handshake_is_refused() -> Result<()> {
    let refusal = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 8\r\nConnection: close\r\n\r\nnot you\n";
    for language in Language::ALL {
        let server = answers(refusal, drop)?;
        let ended = run("ws-client", language, &["--connect", &url(server)], b"hello\n")?;
        let error = format!("ws-client: {server} refused the handshake: 403 Forbidden");
        ensure!(ended.status.code() == Some(1) && ended.err().last() == Some(&error.as_str()), "{ended:?}");
    }
    Ok(())
}

#[test]
fn that_is_no_websocket_server() -> Result<()> {
    for answer in [&b"[Thu May 10 22:00:19 2018] GET / HTTP/1.1\r\n\r\n"[..], OTHER_ACCEPT.as_bytes()] {
        for language in Language::ALL {
            let server = answers(answer, drop)?;
            let ended = run("ws-client", language, &["--connect", &url(server)], b"hello\n")?;
            let error = format!("ws-client: {server} does not speak WebSocket");
            ensure!(ended.status.code() == Some(1), "{language:?}: {ended:?}");
            ensure!(ended.err().last() == Some(&error.as_str()), "{language:?}: {ended:?}");
        }
    }
    Ok(())
}

#[test]
fn nothing_comes_before_the_deadline() -> Result<()> {
    for language in Language::ALL {
        let server = server_that(|mut client| {
            let _ = client.read_to_end(&mut Vec::new());
        })?;
        let ended = run("ws-client", language, &["--connect", &url(server), "--deadline", "300ms"], b"hello\n")?;
        let error = format!("ws-client: {server}: the server did not respond within 300ms");
        ensure!(ended.status.code() == Some(1), "{language:?}: {ended:?}");
        ensure!(ended.err().last() == Some(&error.as_str()), "{language:?}: {ended:?}");
    }
    Ok(())
}

#[test]
fn the_server_cuts_the_connection_in_the_handshake() -> Result<()> {
    for language in Language::ALL {
        let server = server_that(|client| {
            let _ = client.shutdown(Shutdown::Both);
        })?;
        let ended = run("ws-client", language, &["--connect", &url(server)], b"hello\n")?;
        let error = format!("ws-client: {server} cut the connection in the handshake; is that a WebSocket server?");
        ensure!(ended.err().last() == Some(&error.as_str()), "{language:?}: {ended:?}");
    }
    Ok(())
}

#[test]
fn the_server_closes_with_a_code_and_a_reason() -> Result<()> {
    for language in Language::ALL {
        let options = ["--listen-token", "127.0.0.1:0", "--error-log", "/dev/null", "--max-message", "5"];
        let server = Server::start("ws-server", language, &options)?;
        let address = server.address;
        let error = format!(
            "ws-client: {address} closed the connection: 1009 (message too big): a message has at most 5 bytes"
        );
        says(&["--connect", &url(address)], "too long\n", 1, &error)?;
        server.stop()?;
    }
    Ok(())
}

#[test]
fn the_server_does_not_let_us_in() -> Result<()> {
    let file = std::env::temp_dir().join(format!("ws-client-token-{}", std::process::id()));
    std::fs::write(&file, "hello\n")?;
    for language in Language::ALL {
        let options = ["--listen-token", "127.0.0.1:0", "--error-log", "/dev/null"];
        let mut server = Server::start("ws-server", language, &options)?;
        let line = server.line("(token) listens on")?;
        let address = line.rsplit(' ').next().unwrap_or_default().to_owned();
        let path = file.display().to_string();
        let error = format!("ws-client: {address} closed the connection: 1008 (policy violation): not a valid JWT");
        says(&["--connect", &format!("ws://{address}"), "--token", &path], "hello\n", 1, &error)?;
        server.stop()?;
    }
    Ok(std::fs::remove_file(file)?)
}

#[test]
fn another_url_than_it_takes() -> Result<()> {
    for (text, error) in [
        ("wss://127.0.0.1:8765", "wss:// is encrypted, and these servers are not; use ws://"),
        ("127.0.0.1:8765", "expected ws://HOST:PORT, such as ws://127.0.0.1:8765"),
        ("http://127.0.0.1:8765", "expected ws://HOST:PORT, such as ws://127.0.0.1:8765"),
        ("ws://", "expected ws://HOST:PORT, such as ws://127.0.0.1:8765"),
    ] {
        for language in Language::ALL {
            let ended = run("ws-client", language, &["--connect", text], b"")?;
            ensure!(ended.status.code() == Some(2), "{language:?}: {ended:?}");
            ensure!(ended.err().iter().any(|line| line.contains(error)), "{language:?}: {text}: {ended:?}");
        }
    }
    Ok(())
}

#[test]
fn what_is_no_text_is_not_sent() -> Result<()> {
    for language in Language::ALL {
        let options = ["--listen-token", "127.0.0.1:0", "--error-log", "/dev/null"];
        let server = Server::start("ws-server", language, &options)?;
        let ended = run("ws-client", language, &["--connect", &url(server.address)], b"hello\n\xff\n")?;
        ensure!(ended.out() == ["Server received: hello"], "{language:?}: {ended:?}");
        ensure!(ended.status.code() == Some(1), "{language:?}: {ended:?}");
        ensure!(ended.err().last() == Some(&"ws-client: what is sent must be UTF-8; not sent"), "{ended:?}");
        server.stop()?;
    }
    Ok(())
}
