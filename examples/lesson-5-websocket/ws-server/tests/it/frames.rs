//! Frames: the server reports a violation of RFC 6455 with its close code as soon as it is known, and only to the client
//! that it is from.

use std::io::Write;
use std::net::Shutdown;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use programs::WAIT;
use wire::websocket::{BINARY, CLOSE, CONTINUATION, FIN, PING, PONG, TEXT};

use crate::common::{Client, HANDSHAKE, frame, frame_header, send_request, with_each};

const MAX: usize = 1000;

/// Bytes, and the close code that they lead to.
fn violations() -> Vec<(&'static str, Vec<u8>, u16)> {
    let close = |code: u16| frame(FIN | CLOSE, &code.to_be_bytes());
    let interleaved = [frame(TEXT, b"one"), frame(FIN | TEXT, b"two")].concat();
    let fragments = frame(TEXT, b"x").into_iter().chain(frame(CONTINUATION, &[b'x'; 100]).repeat(MAX / 100)).collect();
    let mut cases = vec![
        ("a reserved bit 1", frame(FIN | TEXT | 0x40, b"hello"), 1002),
        ("a reserved bit 2", frame(FIN | TEXT | 0x20, b"hello"), 1002),
        ("a reserved bit 3", frame(FIN | TEXT | 0x10, b"hello"), 1002),
        ("an unknown data opcode", frame(FIN | 0x3, b"hello"), 1002),
        ("an unknown control opcode", frame(FIN | 0xb, b"hello"), 1002),
        ("a fragmented ping", frame(PING, b"hello"), 1002),
        ("a fragmented close", frame(CLOSE, &1000_u16.to_be_bytes()), 1002),
        ("a ping of 126 bytes", frame(FIN | PING, &[b'x'; 126]), 1002),
        ("a continuation of nothing", frame(FIN | CONTINUATION, b"hello"), 1002),
        ("a message within a message", interleaved, 1002),
        ("a length in too many bytes", vec![FIN | TEXT, 0x80 | 126, 0, 5, 0, 0, 0, 0], 1002),
        ("not UTF-8", frame(FIN | TEXT, b"\xff"), 1007),
        ("an incomplete character at the end", frame(FIN | TEXT, b"\xe9\x97"), 1007),
        ("a surrogate", frame(FIN | TEXT, b"\xed\xa0\x80"), 1007),
        ("not UTF-8 in the first of two fragments", frame(TEXT, b"\xff"), 1007),
        ("too long in fragments", fragments, 1009),
        ("binary", frame(FIN | BINARY, b"hello"), 1003),
        ("a close code of one byte", frame(FIN | CLOSE, b"\x03"), 1002),
        ("a close reason that is not UTF-8", frame(FIN | CLOSE, b"\x03\xe8\xff"), 1007),
        // Only headers: the payload never arrives.
        ("no mask, in a header", vec![FIN | TEXT, 5], 1002),
        ("no mask, in a header of a long frame", vec![FIN | TEXT, 126], 1002),
        ("too long by a byte, in a header", vec![FIN | TEXT, 0x80 | 126, 0x03, 0xe9], 1009),
        ("too long by far, in a header", frame_header(FIN | TEXT, 1 << 40), 1009),
        ("too long for a number with a sign", frame_header(FIN | TEXT, 1 << 63), 1009),
        ("too long with earlier fragments", [frame(TEXT, b"x"), frame_header(CONTINUATION, MAX as u64)].concat(), 1009),
        ("binary, in a header", frame_header(FIN | BINARY, 5), 1003),
        ("a reserved bit, in a header", frame_header(FIN | TEXT | 0x40, 5), 1002),
        ("a ping of 126 bytes, in a header", vec![FIN | PING, 0x80 | 126], 1002),
        ("a continuation of nothing, in a header", frame_header(FIN | CONTINUATION, 5), 1002),
    ];
    // RFC 6455, section 7.4: codes that do not exist, or that nobody may send.
    cases.extend(
        [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535].map(|code| ("a close code", close(code), 1002)),
    );
    cases
}

#[test]
fn each_violation_has_its_close_code_and_affects_nobody_else() -> Result<()> {
    with_each(&["--max-message", &MAX.to_string()], |server| {
        let mut other = Client::connect(server.echo)?;
        let cases = violations();
        for (name, bytes, code) in &cases {
            let mut client = Client::connect(server.echo)?;
            client.0.write_all(bytes)?;
            client.assert_closed(*code).with_context(|| format!("{name}: {}", bytes.escape_ascii()))?;
            other.assert_echoes("still there?")?;
        }
        other.close()?;
        let stopped = server.stop_when_idle()?;
        ensure!(stopped.log.len() == cases.len(), "{:#?}", stopped.log);
        // The server closed these, also where the client's violation is in a close frame.
        ensure!(stopped.log.iter().all(|line| line.contains(" echo: closed with 10")), "{:#?}", stopped.log);
        let expected = format!("{}: 1 completed, 0 timed out, {} failed", cases.len() + 1, cases.len());
        ensure!(stopped.served("echo")?.starts_with(&expected), "{:?}", stopped.out);
        Ok(())
    })
}

#[test]
fn valid_frames_are_accepted_however_they_arrive() -> Result<()> {
    with_each(&["--max-message", &MAX.to_string()], |server| {
        let mut client = Client::connect(server.echo)?;
        client.assert_echoes(&"x".repeat(MAX))?;
        client.assert_echoes("")?;
        // Fragments that divide a character, with a ping between them (RFC 6455, section 5.4).
        client.send(TEXT, b"open \xe9\x97")?;
        client.send(FIN | PING, b"there?")?;
        ensure!(client.receive()? == (FIN | PONG, b"there?".to_vec()));
        client.send(CONTINUATION, b"")?;
        client.send(FIN | CONTINUATION, b"\xa8")?;
        ensure!(client.receive_text()? == "Server received: open 门");
        // A pong without a ping is valid, and has no reply (section 5.5.3).
        client.send(FIN | PONG, b"here")?;
        for byte in frame(FIN | TEXT, b"slow") {
            client.0.write_all(&[byte])?;
        }
        ensure!(client.receive_text()? == "Server received: slow");
        client.0.write_all(&[frame(FIN | TEXT, b"one"), frame(FIN | TEXT, b"two")].concat())?;
        ensure!(client.receive_text()? == "Server received: one" && client.receive_text()? == "Server received: two");
        // A close frame needs no code, and may come between fragments (section 5.5.1).
        client.send(TEXT, b"unfinished")?;
        client.send(FIN | CLOSE, b"")?;
        ensure!(client.receive()? == (FIN | CLOSE, vec![]));
        client.assert_ended()?;
        let stopped = server.stop_when_idle()?;
        ensure!(stopped.log.is_empty(), "{:?}", stopped.log);
        ensure!(stopped.served("echo")?.starts_with("1: 1 completed"), "{:?}", stopped.out);
        Ok(())
    })
}

#[test]
fn a_valid_close_code_is_repeated_and_logged_if_it_is_an_error() -> Result<()> {
    with_each(&[], |server| {
        let normal = [1000, 1001, 3000, 4999_u16];
        let errors = [1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
        for code in normal.into_iter().chain(errors) {
            let mut client = Client::connect(server.echo)?;
            client.assert_echoes("hello")?;
            client.send(FIN | CLOSE, &[&code.to_be_bytes()[..], b"Protocol violation"].concat())?;
            client.assert_closed(code)?;
        }
        let stopped = server.stop_when_idle()?;
        ensure!(stopped.log.len() == errors.len(), "{:#?}", stopped.log);
        for code in errors {
            let reason = format!(" echo: closed by the client with {code}: Protocol violation");
            ensure!(stopped.log.iter().any(|line| line.ends_with(&reason)), "{code}: {:#?}", stopped.log);
        }
        ensure!(stopped.served("echo")?.starts_with("14: 4 completed, 0 timed out, 10 failed"), "{:?}", stopped.out);
        Ok(())
    })
}

#[test]
fn a_client_that_disconnects_without_a_close_frame_is_logged() -> Result<()> {
    with_each(&["--max-connections", "1"], |mut server| {
        let mut first = Client::connect(server.echo)?;
        // The second client has sent everything and left before the server accepts it.
        let mut second = send_request(server.echo, HANDSHAKE.as_bytes())?;
        second.write_all(&[frame(FIN | TEXT, b"one"), frame(FIN | TEXT, b"two")].concat())?;
        drop(second);
        // The first leaves in the middle of a frame.
        first.0.write_all(&frame(FIN | TEXT, b"hello")[..7])?;
        first.0.shutdown(Shutdown::Both)?;
        server.line("disconnected without a close frame")?;
        server.line("disconnected without a close frame")?;
        let log = server.stop()?.log;
        ensure!(log.len() == 2 && log.iter().all(|line| line.ends_with("echo: disconnected without a close frame")));
        Ok(())
    })
}

#[test]
fn a_message_in_endless_fragments_ends_at_the_idle_timeout() -> Result<()> {
    with_each(&["--idle", "500ms"], |server| {
        let mut client = Client::connect(server.echo)?;
        client.send(TEXT, b"x")?;
        let mut writer = client.0.try_clone()?;
        let sender = thread::spawn(move || {
            let start = Instant::now();
            while writer.write_all(&frame(CONTINUATION, b"")).is_ok() && start.elapsed() < WAIT {
                // Not a wait for an event, but the pace of a client that never finishes.
                thread::sleep(Duration::from_millis(20));
            }
            start.elapsed()
        });
        let (_, payload) = client.receive()?;
        ensure!(payload == [&1001_u16.to_be_bytes(), &b"no message for 500ms"[..]].concat());
        ensure!(sender.join().is_ok_and(|time| time < WAIT / 4));
        server.stop().map(drop)
    })
}
