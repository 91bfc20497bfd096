//! The fields of each lesson are named, between its real server and client, in either language.

use std::io::{Read, Write};

use anyhow::{Context, Result};
use programs::{Ended, Language, Server};

use crate::shared::{Field, Printed, Tapped, start};

const TO_SERVER: &str = "client → server";
const TO_CLIENT: &str = "server → client";

/// Runs a lesson's client through a wiretap. Returns what both printed.
fn watch(lesson: &str, language: Language, options: &[&str], input: &str) -> Result<(Printed, Ended)> {
    let program = if lesson == "tokens" { "ws" } else { lesson };
    let is_websocket = program == "ws";
    let server_options: &[_] =
        if is_websocket { &["--listen-token", "127.0.0.1:0", "--error-log", "/dev/null"] } else { &[] };
    let mut server = Server::start(&format!("{program}-server"), language, server_options)?;
    let address = if lesson == "tokens" { server.next_address()? } else { server.address };
    let mut wiretap = start(address, &["--lesson", lesson])?;
    let url = format!("{}{}", if is_websocket { "ws://" } else { "" }, wiretap.address);
    let options = [&["--connect", &url], options].concat();
    let client = programs::run(&format!("{program}-client"), language, &options, input.as_bytes())?;
    wiretap.line("s  closed")?;
    server.stop()?;
    Ok((Printed::new(wiretap)?, client))
}

/// Returns the descriptions in one direction, each after a semicolon, without the end.
fn fields(printed: &Printed, direction: &str) -> String {
    let mut fields = printed.descriptions(1, direction);
    fields.retain(|field| !field.starts_with("end: "));
    fields.join("; ")
}

/// Splits the descriptions of a WebSocket conversation into its handshake and its frames.
fn split(fields: &str) -> Result<(&str, &str)> {
    fields.split_once("; empty line, 2 bytes; ").context("no end of the headers")
}

#[test]
fn the_fields_of_lessons_1_to_4_are_named() -> Result<()> {
    for language in Language::ALL {
        for (lesson, input, to_server, to_client) in [
            ("gate", "", "response, 32 hexadecimal characters", "nonce, 32 random bytes"),
            (
                "echo",
                "open 门\nagain\n",
                "response, 16 bytes; message, 8 bytes; message, 5 bytes",
                "nonce, 32 random bytes; timestamp, 27 bytes; message, 8 bytes; timestamp, 27 bytes; message, 5 bytes",
            ),
            (
                "line",
                "hello\n",
                "message, 5 bytes; line ending, 2 bytes",
                "timestamp, 27 bytes; message, 5 bytes; line ending, 2 bytes",
            ),
            ("threaded", "hello\n", "message, 5 bytes", "timestamp, 27 bytes; message, 5 bytes"),
        ] {
            let (printed, client) = watch(lesson, language, &[], input)?;
            assert!(client.status.success(), "{client:?}");
            assert_eq!(fields(&printed, TO_SERVER), to_server, "{lesson}");
            assert_eq!(fields(&printed, TO_CLIENT), to_client, "{lesson}");
            // What the wiretap shows is what the client sent and received.
            if lesson == "gate" {
                let response = String::from_utf8(printed.bytes(1, "response"))?;
                assert!(client.out()[0].ends_with(&response), "{response}: {client:?}");
                assert_eq!(printed.bytes(1, "nonce").len(), 32);
            } else {
                let is_printed =
                    |field: &&Field| ["timestamp", "message"].iter().any(|name| field.description.contains(name));
                let fields = printed.fields(1, TO_CLIENT).filter(is_printed);
                let received: Vec<u8> = fields.flat_map(|field| field.bytes.clone()).collect();
                assert_eq!(received, client.out_bytes().concat(), "{lesson}");
            }
        }
    }
    Ok(())
}

#[test]
fn the_fields_of_a_websocket_session_are_named() -> Result<()> {
    for language in Language::ALL {
        let (printed, _) = watch("ws", language, &[], "open 门\n")?;
        let fields = [TO_SERVER, TO_CLIENT].map(|direction| fields(&printed, direction));
        let ((request, from_client), (response, from_server)) = (split(&fields[0])?, split(&fields[1])?);
        assert!(request.starts_with("request line, 16 bytes; "), "{request}");
        assert!(request.contains("; Sec-WebSocket-Key header, 45 bytes"), "{request}");
        assert!(request.contains("; Sec-WebSocket-Version header, 27 bytes"), "{request}");
        assert!(response.starts_with("status line, 34 bytes; "), "{response}");
        assert!(response.contains("; Sec-WebSocket-Accept header, 52 bytes"), "{response}");
        assert_eq!(
            from_client,
            "frame: text, final, 8 bytes, masked; masking key, 4 bytes; masked payload, 8 bytes; \
             frame: close, final, 2 bytes, masked; masking key, 4 bytes; masked close code 1000"
        );
        assert_eq!(
            from_server,
            "frame: text, final, 25 bytes, unmasked; payload, 25 bytes; \
             frame: close, final, 2 bytes, unmasked; close code 1000"
        );
        assert_eq!(printed.text(1, "masked payload"), "open 门");
        assert_ne!(printed.bytes(1, "masked payload"), "open 门".as_bytes(), "bytes are shown as they were sent");
        assert_eq!(printed.bytes(1, "server → client  payload"), "Server received: open 门".as_bytes());
    }
    Ok(())
}

#[test]
fn a_close_reason_is_shown() -> Result<()> {
    for language in Language::ALL {
        let (printed, _) = watch("tokens", language, &["--token", "-"], "sesame\n")?;
        let from_server = fields(&printed, TO_CLIENT);
        let expected = "frame: close, final, 17 bytes, unmasked; close code 1008; close reason, 15 bytes";
        assert_eq!(split(&from_server)?.1, expected);
        assert_eq!(printed.text(1, "masked payload"), "sesame");
        assert_eq!(printed.text(1, "server → client  close reason"), "not a valid JWT");
    }
    Ok(())
}

#[test]
fn fields_in_pieces_and_unexpected_bytes_are_shown_as_such() -> Result<()> {
    let mut tapped = Tapped::start(&["--lesson", "ws"])?;
    let (mut client, mut server) = tapped.connect()?;
    let pieces: [&[u8]; 4] =
        [b"GET / HT", b"TP/1.1\r\n\r\n\x81", b"\x85\x37\xfa\x21\x3d\x7f\x9f", b"\x4d\x51\x58\xf1\x00"];
    for piece in pieces {
        client.write_all(piece)?;
        server.read_exact(&mut vec![0; piece.len()])?;
    }
    drop((client, server));
    tapped.wait_until_closed()?;
    assert_eq!(
        fields(&tapped.stop()?, TO_SERVER),
        "request line, 8 bytes; request line continued, 8 bytes; empty line, 2 bytes; frame header, 1 byte; \
         frame: text, final, 5 bytes, masked; masking key, 4 bytes; masked payload, 2 bytes; \
         masked payload continued, 3 bytes; unexpected bytes, 2 bytes"
    );
    Ok(())
}

#[test]
fn another_lesson_s_bytes_are_unexpected() -> Result<()> {
    let server = Server::start("threaded-server", Language::Rust, &[])?;
    let mut wiretap = start(server.address, &["--lesson", "gate"])?;
    let connect = ["--connect", &wiretap.address.to_string()];
    programs::run("threaded-client", Language::Rust, &connect, b"hello\n")?;
    wiretap.line("s  closed")?;
    let printed = Printed::new(wiretap)?;
    assert_eq!(fields(&printed, TO_SERVER), "unexpected bytes, 5 bytes");
    // Any 32 bytes can be a nonce.
    assert_eq!(fields(&printed, TO_CLIENT), "nonce, 32 random bytes");
    Ok(())
}
