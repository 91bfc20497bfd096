//! The parts of each lesson are named, between its real server and client, in either language.

mod shared;

use std::io::{Read, Write};
use std::net::TcpListener;

use anyhow::{Context, Result};
use programs::{Ended, Language, Server};
use shared::{beside, connect, dumped, tap, told};

/// What the wiretap tells of the first connection of a lesson, and what it and the client printed.
fn listen_in(lesson: &str, language: Language, input: &str) -> Result<(Vec<String>, Ended, Ended)> {
    let server = Server::start(&format!("{lesson}-server"), language, &[])?;
    let mut tap = tap(server.address, &["--lesson", lesson])?;
    let client = programs::run(
        &format!("{lesson}-client"),
        language,
        &["--connect", &tap.address.to_string()],
        input.as_bytes(),
    )?;
    assert!(client.status.success(), "{:?}", client.lines);
    tap.line("closed")?;
    let ended = tap.stop()?;
    server.stop()?;
    let told = told(&ended.out(), 1)?.into_iter().filter(|told| !told.contains("  end: ") && told != "closed");
    Ok((told.collect(), ended, client))
}

#[test]
fn the_gate() -> Result<()> {
    for language in Language::ALL {
        let (told, tap, client) = listen_in("gate", language, "")?;
        assert_eq!(
            told,
            ["server → client  nonce, 32 random bytes", "client → server  response, 32 hexadecimal characters"]
        );
        let answer = String::from_utf8(dumped(&tap.out(), 1, "response")?)?;
        assert!(client.out()[0].ends_with(&answer), "{answer:?}: {:?}", client.out());
        assert_eq!(dumped(&tap.out(), 1, "nonce")?.len(), 32);
    }
    Ok(())
}

#[test]
fn the_echo() -> Result<()> {
    for language in Language::ALL {
        let (told, tap, client) = listen_in("echo", language, "open 门\nagain\n")?;
        assert_eq!(
            told,
            [
                "server → client  nonce, 32 random bytes",
                "client → server  response, 16 bytes",
                "client → server  message, 8 bytes",
                "server → client  timestamp, 27 bytes",
                "server → client  message, 8 bytes",
                "client → server  message, 5 bytes",
                "server → client  timestamp, 27 bytes",
                "server → client  message, 5 bytes",
            ]
        );
        let out = tap.out();
        assert_eq!(dumped(&out, 1, "client → server  message")?, "open 门again".as_bytes());
        assert_eq!(dumped(&out, 1, "server → client  message")?, "open 门again".as_bytes());
        let stamps = String::from_utf8(dumped(&out, 1, "timestamp")?)?;
        let shown = [&stamps[..27], "open 门", &stamps[27..], "again"].concat();
        assert_eq!(shown, client.out().concat());
    }
    Ok(())
}

#[test]
fn a_line() -> Result<()> {
    for language in Language::ALL {
        let (told, tap, client) = listen_in("line", language, "hello\n")?;
        assert_eq!(
            told,
            [
                "client → server  message, 5 bytes",
                "client → server  line ending, 2 bytes",
                "server → client  timestamp, 27 bytes",
                "server → client  message, 5 bytes",
                "server → client  line ending, 2 bytes",
            ]
        );
        let out = tap.out();
        assert!(
            out.iter().any(|row| row.ends_with(r"0d 0a                                             \r\n")),
            "{out:#?}"
        );
        assert_eq!([dumped(&out, 1, "timestamp")?, b"hello".to_vec()].concat(), client.out_bytes()[0]);
    }
    Ok(())
}

#[test]
fn a_message_of_the_threaded_server() -> Result<()> {
    for language in Language::ALL {
        let (told, tap, client) = listen_in("threaded", language, "hello\n")?;
        assert_eq!(
            told,
            [
                "client → server  message, 5 bytes",
                "server → client  timestamp, 27 bytes",
                "server → client  message, 5 bytes"
            ]
        );
        assert_eq!([dumped(&tap.out(), 1, "timestamp")?, b"hello".to_vec()].concat(), client.out_bytes()[0]);
    }
    Ok(())
}

/// What the wiretap prints of a client's connection to the first port of ws-server, or to the second.
fn listen_in_to_websocket(language: Language, port: &str, options: &[&str], input: &str) -> Result<Ended> {
    let mut server =
        Server::start("ws-server", language, &["--listen-token", "127.0.0.1:0", "--error-log", "/dev/null"])?;
    let address = match port {
        "echo" => server.address,
        port => server.line(&format!("({port}) listens on "))?.rsplit(' ').next().context("no address")?.parse()?,
    };
    let mut tap = tap(address, &["--lesson", "ws"])?;
    let url = format!("ws://{}", tap.address);
    programs::run("ws-client", language, &[&["--connect", &url], options].concat(), input.as_bytes())?;
    tap.line("closed")?;
    let ended = tap.stop()?;
    server.stop()?;
    Ok(ended)
}

/// What was told of one side's parts, first of its handshake, then of its frames.
fn side(out: &[&str], way: &str) -> Result<(Vec<String>, Vec<String>)> {
    let told = told(out, 1)?;
    let mut parts: Vec<_> =
        told.iter().filter_map(|told| Some(told.strip_prefix(way)?.trim_start().to_owned())).collect();
    parts.retain(|part| !part.starts_with("end: "));
    let frames = parts.iter().position(|part| part == "empty line, 2 bytes").context("no end of the headers")? + 1;
    let frames = parts.split_off(frames);
    Ok((parts, frames))
}

#[test]
fn a_websocket_echo() -> Result<()> {
    for language in Language::ALL {
        let tap = listen_in_to_websocket(language, "echo", &[], "open 门\n")?;
        let out = tap.out();
        let (request, asked) = side(&out, "client → server")?;
        assert_eq!(request[0], "request line, 16 bytes");
        assert!(request.contains(&"Sec-WebSocket-Key header, 45 bytes".to_owned()), "{request:?}");
        assert!(request.contains(&"Sec-WebSocket-Version header, 27 bytes".to_owned()), "{request:?}");
        assert_eq!(
            asked,
            [
                "frame: text, final, 8 bytes, masked",
                "masking key, 4 bytes",
                "masked payload, 8 bytes",
                "frame: close, final, 2 bytes, masked",
                "masking key, 4 bytes",
                "masked close code 1000",
            ]
        );
        let (response, answered) = side(&out, "server → client")?;
        assert_eq!(response[0], "status line, 34 bytes");
        assert!(response.contains(&"Sec-WebSocket-Accept header, 52 bytes".to_owned()), "{response:?}");
        assert_eq!(
            answered,
            [
                "frame: text, final, 25 bytes, unmasked",
                "payload, 25 bytes",
                "frame: close, final, 2 bytes, unmasked",
                "close code 1000",
            ]
        );
        assert_eq!(beside(&out, 1, "client → server  masked payload")?, "open 门");
        assert_ne!(dumped(&out, 1, "client → server  masked payload")?, "open 门".as_bytes(), "as it went");
        assert_eq!(dumped(&out, 1, "server → client  payload")?, "Server received: open 门".as_bytes());
    }
    Ok(())
}

#[test]
fn a_token_that_is_refused() -> Result<()> {
    for language in Language::ALL {
        let tap = listen_in_to_websocket(language, "token", &["--token", "-"], "sesame\n")?;
        let out = tap.out();
        let (_, asked) = side(&out, "client → server")?;
        assert_eq!(
            asked[..3],
            ["frame: text, final, 6 bytes, masked", "masking key, 4 bytes", "masked payload, 6 bytes"]
        );
        assert_eq!(beside(&out, 1, "masked payload")?, "sesame");
        let (_, answered) = side(&out, "server → client")?;
        let expected = ["frame: close, final, 17 bytes, unmasked", "close code 1008", "close reason, 15 bytes"];
        assert_eq!(answered, expected);
        assert_eq!(beside(&out, 1, "server → client  close reason")?, "not a valid JWT");
    }
    Ok(())
}

#[test]
fn websocket_frames_in_pieces_and_what_is_no_frame() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut tap = tap(listener.local_addr()?, &["--lesson", "ws"])?;
    let (mut client, mut server) = connect(&tap, &listener)?;
    client.set_nodelay(true)?;
    let pieces: [&[u8]; 6] = [
        b"GET / HT",
        b"TP/1.1\r\nOrigin: null\r\n\r\n\x81",
        b"\x85\x37\xfa\x21\x3d\x7f\x9f",
        b"\x4d\x51\x58\x89\x80\0\0\0\0\x01\x81\0\0\0\0a\x80\x81",
        b"\0\0\0\0b\xf1\x00",
        b"GET / HTTP/1.1\r\n\r\n",
    ];
    for piece in pieces {
        client.write_all(piece)?;
        server.read_exact(&mut vec![0; piece.len()])?;
    }
    drop((client, server));
    tap.line("closed")?;
    let told = told(&tap.stop()?.out(), 1)?;
    let parts: Vec<_> = told.iter().filter_map(|told| told.strip_prefix("client → server  ")).collect();
    assert_eq!(
        parts[..18],
        [
            "request line, 8 bytes",
            "request line continued, 8 bytes",
            "Origin header, 14 bytes",
            "empty line, 2 bytes",
            "frame header, 1 byte",
            "frame: text, final, 5 bytes, masked",
            "masking key, 4 bytes",
            "masked payload, 2 bytes",
            "masked payload continued, 3 bytes",
            "frame: ping, final, 0 bytes, masked",
            "masking key, 4 bytes",
            "frame: text, not final, 1 byte, masked",
            "masking key, 4 bytes",
            "masked payload, 1 byte",
            "frame: continuation, final, 1 byte, masked",
            "masking key, 4 bytes",
            "masked payload, 1 byte",
            "unexpected bytes, 2 bytes",
        ]
    );
    assert_eq!(parts[18], "unexpected bytes continued, 18 bytes");
    Ok(())
}

#[test]
fn a_lesson_that_it_is_not_is_said_not_to_be() -> Result<()> {
    let server = Server::start("threaded-server", Language::Rust, &[])?;
    let mut tap = tap(server.address, &["--lesson", "gate"])?;
    let client = ["--connect", &tap.address.to_string()];
    programs::run("threaded-client", Language::Rust, &client, b"hello\n")?;
    tap.line("closed")?;
    let told = told(&tap.stop()?.out(), 1)?;
    assert_eq!(told[0], "client → server  unexpected bytes, 5 bytes", "{told:?}");
    assert_eq!(told[1], "server → client  nonce, 32 random bytes", "by its place alone: {told:?}");
    Ok(())
}
