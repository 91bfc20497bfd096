//! Compares the bytes of a run with what the lesson defines.

use auth::mutual::GREETING;
use wire::{Direction, Dissector, Lesson};

use super::expected::{Exchange, connections};
use super::pattern::{diff, pattern};
use super::run::Connection;

/// The records of each side in TLS 1.3. What is encrypted, also the rest of the handshake, is called application data.
const RECORDS: [&str; 3] = ["handshake record", "change cipher spec record", "application data record"];

/// Returns a description of each connection and direction in which other bytes passed.
pub(super) fn differences(lesson: &Lesson, exchanges: &[Exchange], actual: &[Connection]) -> Vec<String> {
    if lesson.is_encrypted() {
        return unencrypted(lesson, exchanges, actual);
    }
    let expected = connections(lesson, exchanges, actual);
    let nothing = Connection::default();
    let mut differences = Vec::new();
    for number in 0..expected.len().max(actual.len()) {
        let [expected, actual] = [&expected[..], actual].map(|all| all.get(number).unwrap_or(&nothing));
        for (direction, expected, actual) in [
            (Direction::ToServer, &expected.to_server, &actual.to_server),
            (Direction::ToClient, &expected.to_client, &actual.to_client),
        ] {
            let expected = pattern(lesson, direction, expected);
            let difference = match pattern(lesson, direction, actual) {
                same if same == expected => continue,
                none if none.is_empty() => format!(" nothing was sent instead of {} bytes", expected.len()),
                actual => format!("\n{}", diff(&expected, &actual).trim_end()),
            };
            differences.push(format!("connection {}, {direction}:{difference}", number + 1));
        }
    }
    differences
}

/// Returns a description of each direction in which something else than TLS records passed, or something can be read.
fn unencrypted(lesson: &Lesson, exchanges: &[Exchange], actual: &[Connection]) -> Vec<String> {
    let [connection] = actual else { return vec![format!("{} connections instead of 1", actual.len())] };
    let mut differences = Vec::new();
    for (direction, bytes) in
        [(Direction::ToServer, &connection.to_server), (Direction::ToClient, &connection.to_client)]
    {
        let mut names: Vec<_> =
            Dissector::new(lesson, direction).feed(bytes).iter().map(|span| span.field.name()).collect();
        // Libraries divide a handshake into records differently.
        names.dedup();
        if names != RECORDS {
            differences.push(format!("{direction}: {} instead of {}", names.join(", "), RECORDS.join(", ")));
        }
        let messages = exchanges.iter().map(|exchange| exchange.message.as_bytes());
        for secret in messages.chain([lesson.key.as_bytes(), GREETING]) {
            if bytes.windows(secret.len()).any(|window| window == secret) {
                differences.push(format!("{direction}: anyone can read {:?}", String::from_utf8_lossy(secret)));
            }
        }
    }
    differences
}

#[cfg(test)]
mod tests {
    use super::super::expected::exchanges;
    use super::*;
    use wire::websocket::{Frame, REQUEST, RESPONSE};

    /// Returns a conversation that is as the lesson defines it.
    fn good(lesson: &Lesson) -> (Vec<Exchange>, Vec<Connection>) {
        let exchanges = exchanges(lesson, "a token");
        // Fields that depend on the other side's bytes need those first.
        let mut connections = Vec::new();
        for _ in 0..3 {
            connections = super::connections(lesson, &exchanges, &connections);
        }
        (exchanges, connections)
    }

    fn lesson(name: &str) -> Lesson {
        Lesson::named(name).expect("a lesson")
    }

    /// Asserts whether the first connection may change like this.
    fn assert_change(name: &str, is_same: bool, change: impl Fn(&mut Connection)) {
        let (exchanges, mut connections) = good(&lesson(name));
        assert_eq!(differences(&lesson(name), &exchanges, &connections), [""; 0]);
        change(&mut connections[0]);
        let differences = differences(&lesson(name), &exchanges, &connections);
        assert_eq!(differences.is_empty(), is_same, "{differences:?} {connections:?}");
    }

    fn replace(bytes: &mut Vec<u8>, from: &[u8], to: &[u8]) {
        let at = bytes.windows(from.len()).position(|window| window == from).expect("to be there");
        bytes.splice(at..at + from.len(), to.iter().copied());
    }

    #[test]
    fn fields_that_are_different_every_time_must_have_their_form() {
        assert_change("gate", true, |_| ());
        assert_change("gate", false, |connection| connection.to_client[0] += 1);
        assert_change("gate", false, |connection| connection.to_server.make_ascii_uppercase());
        assert_change("gate", false, |connection| connection.to_client.push(0));
        assert_change("gate", false, |connection| connection.to_client.truncate(31));
        for (from, to, is_same) in [
            (&b"Wed May  9 20:44:11 2018"[..], &b"Thu May 10 02:11:44 2019"[..], true),
            (b"20:44", b"20-44", false),
            (b"hello", b"hullo", false),
            (b"hello", b"hello!", false),
            (b"[", b"", false),
        ] {
            for name in ["echo", "line", "threaded"] {
                assert_change(name, is_same, |connection| replace(&mut connection.to_client, from, to));
            }
        }
        assert_change("line", false, |connection| replace(&mut connection.to_server, b"\r\n", b"\n"));
        assert_change("threaded", false, |connection| connection.to_client.clear());
    }

    #[test]
    fn a_proof_must_fit_both_nonces() {
        // Where the nonces and the proofs of both sides are.
        for (to_server, at) in [(true, 0), (true, 32), (false, 14), (false, 46)] {
            assert_change("mutual", false, |connection| {
                (if to_server { &mut connection.to_server } else { &mut connection.to_client })[at] ^= 1;
            });
        }
        // A challenge, a response and a length.
        for at in [25, 85, 63 + 13 + 3] {
            assert_change("mp", false, |connection| connection.to_client[at] ^= 1);
        }
        replace_in("mp", b"{sha256}", b"{sha384}");
        replace_in("mp", b"#WELCOME#", b"#FAILURE#");
        replace_in("naive-mutual", b"welcome", b"welcomE");
    }

    fn replace_in(name: &str, from: &[u8], to: &[u8]) {
        assert_change(name, false, |connection| replace(&mut connection.to_client, from, to));
    }

    #[test]
    fn a_request_may_be_spelled_differently_but_lacks_nothing() {
        let other = "GET / HTTP/1.1\r\nsec-websocket-version: 13\r\nUser-Agent: me\r\nConnection: keep-alive, upgrade\r\n\
                     Upgrade: WebSocket\r\nHost: [::1]:8765\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        for (from, to, is_same) in [
            (REQUEST, other, true),
            ("GET / ", "GET /chat ", false),
            ("GET", "POST", false),
            ("HTTP/1.1", "HTTP/1.0", false),
            ("Host: 127.0.0.1\r\n", "", false),
            ("Host: 127.0.0.1", "Host: 127.0.0.1:8765", true),
            ("127.0.0.1", "server example", false),
            ("Upgrade: websocket\r\n", "", false),
            ("Upgrade: websocket", "Upgrade: h2c", false),
            ("Connection: Upgrade", "Connection: close", false),
            ("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZ", false),
            ("dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ=", false),
            ("dGhlIHNhbXBsZSBub25jZQ==", "AAAAAAAAAAAAAAAAAAAAAA==", true),
            ("dGhlIHNhbXBsZSBub25jZQ==", "AAAAAAAAAAAAAAAAAAAAAAA=", false),
            ("Sec-WebSocket-Key: ", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Key: ", false),
            ("Version: 13", "Version: 8", false),
            ("\r\n\r\n", "\r\n", false),
        ] {
            let request = REQUEST.replacen(from, to, 1);
            let [expected, actual] =
                [REQUEST, &request].map(|request| pattern(&lesson("ws"), Direction::ToServer, request.as_bytes()));
            assert_eq!(expected == actual, is_same, "{from:?} {to:?}");
        }
        assert_change("ws", false, |connection| connection.to_server.clear());
    }

    #[test]
    fn a_response_must_fit_the_key() {
        for (from, to, is_same) in [
            ("Switching Protocols", "OK", true),
            ("Upgrade: websocket\r\n", "upgrade: WebSocket\r\nServer: me\r\n", true),
            ("101", "200", false),
            ("s3p", "S3p", false),
            ("Upgrade: websocket\r\n", "", false),
            ("HTTP/1.1", "HTTP/1.0", false),
            (RESPONSE, "", false),
        ] {
            let replace =
                |connection: &mut Connection| replace(&mut connection.to_client, from.as_bytes(), to.as_bytes());
            assert_change("ws", is_same, replace);
        }
    }

    #[test]
    fn a_frame_may_have_any_masking_key_and_nothing_else() {
        let masked = |text: &str, key| Frame::text(text).masked(key).encode();
        let hello = masked("hello", [0; 4]);
        assert_change("ws", true, |connection| {
            replace(&mut connection.to_server, &hello, &masked("hello", [1, 2, 3, 4]));
        });
        for wrong in [
            Frame::text("hello").encode(),
            masked("hullo", [0; 4]),
            Frame { first_byte: 0x01, ..Frame::text("hello").masked([0; 4]) }.encode(),
            Frame { first_byte: 0x82, ..Frame::text("hello").masked([0; 4]) }.encode(),
            [&b"\x81\xfe\0\x05\0\0\0\0"[..], b"hello"].concat(),
            hello[..9].to_vec(),
        ] {
            assert_change("ws", false, |connection| replace(&mut connection.to_server, &hello, &wrong));
        }
        assert_change("ws", false, |connection| replace(&mut connection.to_client, &[0x03, 0xe8], &[0x03, 0xe9]));
        assert_change("tokens", false, |connection| replace(&mut connection.to_client, b"Auth", b"auth"));
        assert_change("tokens", false, |connection| connection.to_client.extend(Frame::text("more").encode()));
    }

    #[test]
    fn an_encrypted_session_consists_of_records_and_nothing_can_be_read() {
        let tls = lesson("tls");
        let differences = |from: &str, to: &str| {
            let records = b"\x16\x03\x01\0\x02ab\x14\x03\x03\0\x01\x01\x17\x03\x03\0\x11an encrypted text";
            let mut connection = Connection { to_server: records.to_vec(), to_client: records.to_vec() };
            replace(&mut connection.to_client, from.as_bytes(), to.as_bytes());
            super::differences(&tls, &exchanges(&tls, ""), &[connection])
        };
        assert_eq!(differences("ab", "cd"), [""; 0]);
        assert_eq!(differences("\x17\x03\x03\0\x11", "\x17\x03\x03\0\x05other\x17\x03\x03\0\x11"), [""; 0]);
        assert_eq!(differences("encrypted", "or hello."), ["server → client: anyone can read \"hello\""]);
        let no_record = "server → client: handshake record, change cipher spec record, unexpected bytes instead of \
                         handshake record, change cipher spec record, application data record";
        assert_eq!(differences("\x17\x03", "\x18\x03"), [no_record]);
        assert_eq!(super::differences(&tls, &[], &[]), ["0 connections instead of 1"]);
    }

    #[test]
    fn a_difference_is_shown_as_a_diff() {
        let (exchanges, mut connections) = good(&lesson("ws"));
        replace(&mut connections[0].to_server, &[0x81, 0x85], &[0x01, 0x85]);
        let frame = differences(&lesson("ws"), &exchanges, &connections).concat();
        // The masking key is hidden, and the payload is unmasked.
        assert!(frame.contains(" 81 85 -- -- -- -- 68 ") && frame.contains(" 01 85 -- -- -- -- 68 "), "{frame}");

        let (exchanges, mut connections) = good(&lesson("line"));
        replace(&mut connections[1].to_client, b"\r\n", b"/r/n");
        let expected = "connection 2, server → client:\n--- expected\n+++ actual\n@@ -1,4 +1,4 @@
 0000  -- -- -- -- -- -- -- -- -- -- -- -- -- -- -- --  |----------------|
 0010  -- -- -- -- -- -- -- -- -- -- -- 6f 70 65 6e 20  |-----------open |
 0020  73 65 73 61 6d 65 2c 20 e8 8a 9d e9 ba bb e5 bc  |sesame, ........|
-0030  80 e9 97 a8 20 f0 9f 9a aa 0d 0a                 |.... ......|
+0030  80 e9 97 a8 20 f0 9f 9a aa 2f 72 2f 6e           |.... ..../r/n|";
        assert_eq!(differences(&lesson("line"), &exchanges, &connections), [expected]);
        connections.truncate(1);
        let missing = differences(&lesson("line"), &exchanges, &connections);
        assert_eq!(missing[0], "connection 2, client → server: nothing was sent instead of 32 bytes");
    }
}
