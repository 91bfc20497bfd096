//! A client whose handshake is not as RFC 6455 wants it is told over HTTP what is wrong, and others are served meanwhile.

use crate::common;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use common::{CLOSE, FIN, HANDSHAKE, LONG, Raw, TEXT, WsServer, frame, head};
use programs::{Language, Signal};
use socket2::SockRef;

/// Requests, and the status that must be the answer.
fn wrong_requests() -> Vec<(&'static str, Vec<u8>, u16)> {
    let but = |from: &str, to: &str| HANDSHAKE.replace(from, to).into_bytes();
    let long = format!("Cookie: {}\r\n\r\n", "x".repeat(20_000));
    let many = (0..200).map(|number| format!("X-{number}: y\r\n")).collect::<String>() + "\r\n";
    let without_end = HANDSHAKE.trim_end().to_owned() + "\r\n";
    vec![
        ("no HTTP at all", b"hello\r\n\r\n".to_vec(), 400),
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec(), 400),
        ("a page asked for", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n".to_vec(), 426),
        ("another upgrade", but("Upgrade: websocket", "Upgrade: h2c"), 426),
        ("another connection", but("Connection: Upgrade", "Connection: close"), 426),
        ("version 8", but("Version: 13", "Version: 8"), 426),
        ("no version", but("Sec-WebSocket-Version: 13\r\n", ""), 426),
        ("no key", but("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", ""), 400),
        ("a key of 15 bytes", but("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25j"), 400),
        ("a key that is no base64", but("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZ!=="), 400),
        ("another method", but("GET", "POST"), 405),
        ("no host", but("Host: server.example.com\r\n", ""), 400),
        ("two hosts", but("Host: ", "Host: a\r\nHost: "), 400),
        ("too long a header", [without_end.as_bytes(), long.as_bytes()].concat(), 431),
        ("too many headers", [without_end.as_bytes(), many.as_bytes()].concat(), 431),
    ]
}

fn asked(server: &WsServer, request: &[u8]) -> Result<TcpStream> {
    let mut client = TcpStream::connect(server.echo)?;
    client.set_read_timeout(Some(LONG))?;
    client.write_all(request)?;
    Ok(client)
}

/// Status and head of the answer, whose body must be of the length that it says, and the end behind it.
fn answer(client: &mut TcpStream) -> Result<(u16, String)> {
    let head = head(client)?;
    let status = head.split(' ').nth(1).context("a status")?.parse()?;
    let mut body = String::new();
    client.read_to_string(&mut body)?;
    let lower = head.to_ascii_lowercase();
    ensure!(lower.contains(&format!("content-length: {}\r\n", body.len())), "{head}{body}");
    Ok((status, lower))
}

#[test]
fn each_is_answered_with_its_status_while_others_are_served() -> Result<()> {
    for language in Language::ALL {
        let server = WsServer::start(language, &[])?;
        let mut good = Raw::connect(server.echo)?;
        let cases = wrong_requests();
        for (name, request, status) in &cases {
            let mut rude = asked(&server, request)?;
            let (answered, head) = answer(&mut rude).with_context(|| format!("{language:?}: {name}"))?;
            ensure!(answered == *status, "{language:?}: {name}: {head}");
            if answered == 426 {
                ensure!(head.contains("sec-websocket-version: 13\r\n"), "{language:?}: {head}");
                ensure!(head.contains("connection: upgrade, close\r\n"), "{language:?}: {head}");
            } else {
                ensure!(head.contains("connection: close\r\n"), "{language:?}: {head}");
            }
            ensure!(head.contains("allow: get\r\n") == (answered == 405), "{language:?}: {head}");
            ensure!(good.asks("still there?")? == "Server received: still there?");
        }
        let (_, log) = server.stop()?;
        for (_, _, status) in &cases {
            let count = cases.iter().filter(|case| case.2 == *status).count();
            let part = format!(" echo: handshake refused: {status} ");
            ensure!(log.iter().filter(|line| line.contains(&part)).count() == count, "{language:?}: {log:#?}");
        }
        ensure!(log.len() == cases.len(), "{language:?}: {log:#?}");
    }
    Ok(())
}

#[test]
fn one_that_is_not_whole_at_the_deadline_is_told_so() -> Result<()> {
    for language in Language::ALL {
        let server = WsServer::start(language, &["--deadline", "500ms"])?;
        for begun in ["", "GET / HTTP/1.1\r\nHost: a\r\n"] {
            let mut slow = asked(&server, begun.as_bytes())?;
            ensure!(answer(&mut slow)?.0 == 408, "{language:?}: {begun:?}");
        }
        let (ended, log) = server.stop()?;
        ensure!(log.len() == 2, "{language:?}: {log:?}");
        let last = ended.out().join("\n");
        ensure!(last.contains("(echo) served 2: 0 completed, 2 timed out, 0 failed"), "{language:?}: {last}");
    }
    Ok(())
}

#[test]
fn one_that_is_not_whole_when_the_server_ends_is_told_so() -> Result<()> {
    for language in Language::ALL {
        let mut server = WsServer::start(language, &[])?;
        let mut slow = asked(&server, b"GET / HTTP/1.1\r\n")?;
        // Connected is not yet admitted.
        loop {
            server.server.process.signal(Signal::USR1)?;
            if server.server.line("echo: ")?.starts_with("echo: 1 open") {
                break;
            }
        }
        let (_, log) = server.stop()?;
        ensure!(answer(&mut slow)?.0 == 503, "{language:?}");
        ensure!(log.is_empty(), "{language:?}: {log:?}");
    }
    Ok(())
}

#[test]
fn one_that_comes_byte_by_byte_is_as_good_as_any() -> Result<()> {
    for language in Language::ALL {
        let server = WsServer::start(language, &[])?;
        let mut client = asked(&server, b"")?;
        client.set_nodelay(true)?;
        for byte in HANDSHAKE.as_bytes() {
            client.write_all(&[*byte])?;
        }
        ensure!(head(&mut client)?.starts_with("HTTP/1.1 101 "));
        ensure!(Raw(client).asks("hello")? == "Server received: hello");
        server.stop()?;
    }
    Ok(())
}

#[test]
fn a_message_right_behind_one_is_not_lost() -> Result<()> {
    for language in Language::ALL {
        let server = WsServer::start(language, &[])?;
        let mut client = asked(&server, &[HANDSHAKE.as_bytes(), &frame(FIN | TEXT, b"hello")].concat())?;
        ensure!(head(&mut client)?.starts_with("HTTP/1.1 101 "), "{language:?}");
        ensure!(Raw(client).receive()?.1 == b"Server received: hello", "{language:?}");
        server.stop()?;
    }
    Ok(())
}

#[test]
fn one_is_as_long_as_may_be_and_no_longer() -> Result<()> {
    for language in Language::ALL {
        let server = WsServer::start(language, &[])?;
        for (length, status) in [(8192, 101), (8193, 431)] {
            let cookies = "Cookie: x\r\n".repeat(50);
            let filled = HANDSHAKE.replace("Host: ", &format!("{cookies}Host: "));
            let filler = "x".repeat(length - filled.len());
            let request = filled.replace("Host: ", &format!("Host: {filler}"));
            // In uneven pieces, the first of which has been read by the time that another client is answered.
            let (first, rest) = request.split_at(1);
            let mut client = asked(&server, first.as_bytes())?;
            Raw::connect(server.echo)?;
            client.write_all(rest.as_bytes())?;
            let head = head(&mut client)?;
            ensure!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{language:?}: {length}: {head}");
        }
        server.stop()?;
    }
    Ok(())
}

#[test]
fn one_who_leaves_in_the_middle_is_written_down() -> Result<()> {
    for language in Language::ALL {
        let mut server = WsServer::start(language, &[])?;
        let client = asked(&server, b"GET / HTTP/1.1\r\n")?;
        client.shutdown(Shutdown::Write)?;
        server.server.line("cut in the middle of the handshake")?;
        let (_, log) = server.stop()?;
        ensure!(
            log.len() == 1 && log[0].ends_with("echo: cut in the middle of the handshake"),
            "{language:?}: {log:?}"
        );
    }
    Ok(())
}

#[test]
fn one_who_has_gone_before_the_answer_is_written_down_in_the_same_words() -> Result<()> {
    for language in Language::ALL {
        let mut server = WsServer::start(language, &["--max-connections", "1"])?;
        let mut first = Raw::connect(server.echo)?;
        // The second waits until the first has left, and is reset before that.
        let second = asked(&server, HANDSHAKE.as_bytes())?;
        SockRef::from(&second).set_linger(Some(Duration::ZERO))?;
        drop(second);
        first.send(FIN | CLOSE, &1000_u16.to_be_bytes())?;
        first.closed()?;
        server.server.line("cut in the middle of the handshake")?;
        let (_, log) = server.stop()?;
        ensure!(
            log.len() == 1 && log[0].ends_with("echo: cut in the middle of the handshake"),
            "{language:?}: {log:?}"
        );
    }
    Ok(())
}
