//! The fields of each lesson are recognized, however the network splits them.

use wire::Direction::{self, ToClient, ToServer};
use wire::websocket::{BINARY, PING, REQUEST, RESPONSE, TEXT};
use wire::{Dissector, Field, Lesson, Span};

const TIMESTAMP: &str = "[Wed May  9 20:44:11 2018] ";

fn dissector(lesson: &str, direction: Direction) -> Dissector {
    Dissector::new(&Lesson::named(lesson).expect("a lesson"), direction)
}

/// A dissector that has seen the handshake.
fn frames(direction: Direction) -> Dissector {
    let mut dissector = dissector("ws", direction);
    dissector.feed(if direction == ToServer { REQUEST } else { RESPONSE }.as_bytes());
    dissector
}

/// Feeds these pieces. `expected` describes their fields, each after a semicolon.
fn assert_fields<P: AsRef<[u8]>>(mut dissector: Dissector, pieces: &[P], expected: &str) {
    let mut fields = Vec::new();
    for piece in pieces {
        let spans = dissector.feed(piece.as_ref());
        assert_eq!(spans.iter().map(|span| span.bytes).collect::<Vec<_>>().concat(), piece.as_ref());
        fields.extend(spans.iter().map(Span::describe));
    }
    assert_eq!(fields, expected.split("; ").collect::<Vec<_>>());
}

#[test]
fn each_side_of_lessons_1_to_4_has_its_fields() {
    let nonce = "n".repeat(32);
    let replies = [&nonce, TIMESTAMP, "one", TIMESTAMP, "two"].concat();
    for (lesson, direction, pieces, expected) in [
        ("gate", ToClient, &[&nonce[..]][..], "nonce, 32 random bytes"),
        ("gate", ToServer, &["a0".repeat(16).as_str()], "response, 32 hexadecimal characters"),
        (
            "echo",
            ToClient,
            &[replies.as_str(), " more [", TIMESTAMP],
            "nonce, 32 random bytes; timestamp, 27 bytes; message, 3 bytes; timestamp, 27 bytes; message, 3 bytes; \
             message, 7 bytes; timestamp, 27 bytes",
        ),
        ("echo", ToServer, &["0123456789abcdefhello"], "response, 16 bytes; message, 5 bytes"),
        ("line", ToClient, &[TIMESTAMP, "hi\r\n"], "timestamp, 27 bytes; message, 2 bytes; line ending, 2 bytes"),
        ("line", ToServer, &["hi\n"], "message, 2 bytes; line ending, 1 byte"),
        ("threaded", ToClient, &[TIMESTAMP, "hi\n"], "timestamp, 27 bytes; message, 3 bytes"),
        ("threaded", ToServer, &["hi\n"], "message, 3 bytes"),
    ] {
        assert_fields(dissector(lesson, direction), pieces, expected);
    }
}

#[test]
fn each_side_of_lesson_7_has_its_fields() {
    let (nonce, proof) = ("n".repeat(32), "p".repeat(32));
    let response = ["\0\0\0\x28{sha256}", &proof].concat();
    let challenge = ["\0\0\0\x3b#CHALLENGE#{sha256}", &"c".repeat(40)].concat();
    for (lesson, direction, bytes, expected) in [
        (
            "mutual",
            ToClient,
            &["open-sesame/2\n", &nonce, &proof, TIMESTAMP, "hello"][..],
            "greeting, 14 bytes; nonce, 32 random bytes; proof, 32 bytes; timestamp, 27 bytes; message, 5 bytes",
        ),
        ("mutual", ToServer, &[&nonce, &proof, "hello"], "nonce, 32 random bytes; proof, 32 bytes; message, 5 bytes"),
        ("mutual", ToClient, &["open-sesame/1\n"], "greeting, 12 bytes; unexpected bytes, 2 bytes"),
        (
            "naive-mutual",
            ToClient,
            &[&proof, &nonce, "welcome"],
            "response, 32 bytes; nonce, 32 random bytes; welcome, 7 bytes",
        ),
        ("naive-mutual", ToServer, &[&nonce, &proof], "nonce, 32 random bytes; response, 32 bytes"),
        (
            "mp",
            ToClient,
            &[&challenge, "\0\0\0\x09#WELCOME#", &response, "\0\0\0\0\0\0\0\x02hi"],
            "length 59; #CHALLENGE#{sha256}, 19 bytes; challenge, 40 random bytes; length 9; verdict, 9 bytes; \
             length 40; {sha256}, 8 bytes; response, 32 bytes; length 0; length 2; message, 2 bytes",
        ),
        (
            "mp",
            ToServer,
            &[&response, &challenge, "\0\0\0\x09#FAILURE#"],
            "length 40; {sha256}, 8 bytes; response, 32 bytes; length 59; #CHALLENGE#{sha256}, 19 bytes; \
             challenge, 40 random bytes; length 9; verdict, 9 bytes",
        ),
        (
            "mp",
            ToClient,
            &["\0\0\0\x1f#CHALLENGE#cc"],
            "length 31; #CHALLENGE#{sha256}, 11 bytes; unexpected bytes, 2 bytes",
        ),
    ] {
        assert_fields(dissector(lesson, direction), &[bytes.concat()], expected);
    }
    assert_fields(dissector("mp", ToClient), &[b"\xff\xff\xff\xff"], "unexpected bytes, 4 bytes");
}

#[test]
fn fields_are_the_same_byte_by_byte() {
    let bytes = [TIMESTAMP, "a\rb\r\nmore"].concat();
    let expected = ["timestamp, 1 byte; ", &"timestamp continued, 1 byte; ".repeat(26)].concat()
        + "message, 1 byte; line ending, 1 byte; message, 1 byte; line ending, 1 byte; line ending continued, 1 byte; \
           unexpected bytes, 1 byte; unexpected bytes continued, 1 byte; unexpected bytes continued, 1 byte; \
           unexpected bytes continued, 1 byte";
    assert_fields(dissector("line", ToClient), &bytes.as_bytes().chunks(1).collect::<Vec<_>>(), &expected);
}

#[test]
fn the_lines_of_a_handshake_are_named() {
    let in_pieces = ["GE", "T / HTTP/1.1\r", "\nsec-websocket-", "key: x", "\r\nUser-Agent: x\n\r", "\n"];
    for (direction, pieces, expected) in [
        (
            ToServer,
            &[REQUEST][..],
            "request line, 16 bytes; Host header, 17 bytes; Upgrade header, 20 bytes; Connection header, 21 bytes; \
             Sec-WebSocket-Key header, 45 bytes; Sec-WebSocket-Version header, 27 bytes; empty line, 2 bytes",
        ),
        (
            ToClient,
            &[RESPONSE],
            "status line, 34 bytes; Upgrade header, 20 bytes; Connection header, 21 bytes; \
             Sec-WebSocket-Accept header, 52 bytes; empty line, 2 bytes",
        ),
        (
            ToServer,
            &in_pieces,
            "request line, 2 bytes; request line continued, 13 bytes; request line continued, 1 byte; \
             header, 14 bytes; Sec-WebSocket-Key header continued, 6 bytes; \
             Sec-WebSocket-Key header continued, 2 bytes; header, 14 bytes; empty line, 1 byte; \
             empty line continued, 1 byte",
        ),
        (
            ToClient,
            &["HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\n\u{1}\0"],
            "status line, 24 bytes; header, 19 bytes; empty line, 2 bytes; body, 2 bytes",
        ),
    ] {
        assert_fields(dissector("tokens", direction), pieces, expected);
    }
}

/// The frames of RFC 6455, section 5.7, and close frames.
#[test]
fn frames_have_a_header_and_what_it_announces() {
    let of_256 = [&b"\x82\x7e\x01\x00"[..], &[7; 256]].concat();
    let of_64_kib = [&b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"[..], &[7; 65536]].concat();
    let masked = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
    for (direction, bytes, expected) in [
        (ToServer, &masked[..], "frame: text, final, 5 bytes, masked; masking key, 4 bytes; masked payload, 5 bytes"),
        (
            ToClient,
            b"\x01\x03Hel\x80\x02lo\x89\x05Hello",
            "frame: text, not final, 3 bytes, unmasked; payload, 3 bytes; \
             frame: continuation, final, 2 bytes, unmasked; payload, 2 bytes; \
             frame: ping, final, 5 bytes, unmasked; payload, 5 bytes",
        ),
        (ToClient, &of_256[..], "frame: binary, final, 256 bytes, unmasked; payload, 256 bytes"),
        (ToClient, &of_64_kib[..], "frame: binary, final, 65536 bytes, unmasked; payload, 65536 bytes"),
        (
            ToServer,
            b"\x88\x85\x01\x01\x01\x01\x02\xf1cxd",
            "frame: close, final, 5 bytes, masked; masking key, 4 bytes; masked close code 1008; \
             masked close reason, 3 bytes",
        ),
        (ToClient, b"\x88\x00", "frame: close, final, 0 bytes, unmasked"),
        (ToClient, b"\x88\x01\x03", "frame: close, final, 1 byte, unmasked; close code, 1 byte"),
    ] {
        assert_fields(frames(direction), &[bytes], expected);
    }
    assert_eq!(frames(ToServer).feed(masked)[2].plain(), b"Hello");

    let (first, rest) = masked.split_at(1);
    let pieces = [first, &rest[..3], &rest[3..8], &rest[8..], b"\x89\x00\x88\x02\x03", b"\xe8"];
    let expected = "frame header, 1 byte; frame: text, final, 5 bytes, masked; masking key, 2 bytes; \
        masking key continued, 2 bytes; masked payload, 3 bytes; masked payload continued, 2 bytes; \
        frame: ping, final, 0 bytes, unmasked; frame: close, final, 2 bytes, unmasked; close code, 1 byte; \
        close code 1000";
    assert_fields(frames(ToServer), &pieces, expected);
}

/// RFC 8446, section 5.1.
#[test]
fn records_are_named_and_nothing_inside_them_is() {
    let alert = b"\x15\x03\x03\x00\x02\x02\x28";
    let longest = [&b"\x17\x03\x03\x41\x00"[..], &[7; 16640]].concat();
    for direction in [ToServer, ToClient] {
        for (bytes, expected) in [
            (
                &b"\x16\x03\x01\x00\x03abc\x14\x03\x03\x00\x01\x01"[..],
                "handshake record, 3 bytes; change cipher spec record, 1 byte",
            ),
            (alert, "alert record, 2 bytes"),
            (&longest, "application data record, 16640 bytes"),
            (b"\x17\x03\x03\x00\x00\x17", "application data record, 0 bytes; record, 1 byte"),
        ] {
            assert_fields(dissector("tls", direction), &[bytes], expected);
        }
    }
    let in_pieces = [&b"\x17\x03"[..], b"\x03\x00\x04", b"abc", b"d\x17\x03\x03\x00\x02e"];
    let expected = "record, 2 bytes; application data record continued, 3 bytes; \
        application data record continued, 3 bytes; application data record continued, 1 byte; \
        application data record, 2 bytes";
    assert_fields(dissector("tls", ToClient), &in_pieces, expected);
}

#[test]
fn a_continuation_has_the_opcode_of_its_message() {
    let mut dissector = frames(ToServer);
    let spans = dissector.feed(b"\x01\x01a\x89\x01b\x80\x01c\x02\x01d\x80\x01e");
    let payloads: Vec<_> = spans.iter().filter(|span| matches!(span.field, Field::Payload(_))).collect();
    let opcodes = [TEXT, PING, TEXT, BINARY, BINARY].map(Field::Payload);
    assert_eq!(payloads.iter().map(|span| span.field).collect::<Vec<_>>(), opcodes);
}

#[test]
fn nothing_is_recognized_after_unexpected_bytes() {
    for (lesson, direction, pieces, expected) in [
        ("gate", ToClient, &[&[7; 33][..]][..], "nonce, 32 random bytes; unexpected bytes, 1 byte"),
        (
            "gate",
            ToServer,
            &[b"ab", b"aX", b"ab"],
            "response, 2 hexadecimal characters; response continued, 1 byte; unexpected bytes, 1 byte; \
             unexpected bytes continued, 2 bytes",
        ),
        ("threaded", ToClient, &[b"hello"], "unexpected bytes, 5 bytes"),
        ("line", ToServer, &[b"\r\nmore"], "line ending, 2 bytes; unexpected bytes, 4 bytes"),
        ("ws", ToServer, &[b"x", b"\x81\x00"], "unexpected bytes, 1 byte; unexpected bytes continued, 2 bytes"),
        ("ws", ToServer, &[b"GEX /\r\n"], "request line, 2 bytes; unexpected bytes, 5 bytes"),
        (
            "ws",
            ToServer,
            &[b"GET /\nno header\n\n"],
            "request line, 6 bytes; header, 2 bytes; unexpected bytes, 9 bytes",
        ),
        ("ws", ToServer, &[b"GET /\n: a\n"], "request line, 6 bytes; unexpected bytes, 4 bytes"),
        ("ws", ToServer, &[b"GET /\n\rx"], "request line, 6 bytes; empty line, 1 byte; unexpected bytes, 1 byte"),
        (
            "ws",
            ToServer,
            &[b"GET /\n\n\x83\x00"],
            "request line, 6 bytes; empty line, 1 byte; unexpected bytes, 2 bytes",
        ),
        (
            "ws",
            ToServer,
            &[b"GET /\n\n\x89\x7e", b"\x81\x00"],
            "request line, 6 bytes; empty line, 1 byte; frame header, 1 byte; unexpected bytes, 1 byte; \
             unexpected bytes continued, 2 bytes",
        ),
        ("tls", ToServer, &[b"GET / HTTP/1.1"], "unexpected bytes, 14 bytes"),
        ("tls", ToServer, &[b"\x18\x03\x03\x00\x01a"], "unexpected bytes, 6 bytes"),
        ("tls", ToServer, &[b"\x16\x02\x00"], "record, 1 byte; unexpected bytes, 2 bytes"),
        ("tls", ToServer, &[b"\x16\x03\x00"], "record, 2 bytes; unexpected bytes, 1 byte"),
        ("tls", ToClient, &[b"\x16\x03\x03\x40\x01a"], "record, 4 bytes; unexpected bytes, 2 bytes"),
        ("tls", ToClient, &[b"\x17\x03\x03\x42\x00a"], "record, 3 bytes; unexpected bytes, 3 bytes"),
        (
            "tls",
            ToClient,
            &[b"\x15\x03\x03\x00\x01a\x00", b"\x16\x03"],
            "alert record, 1 byte; unexpected bytes, 1 byte; unexpected bytes continued, 2 bytes",
        ),
        ("ws", ToClient, &[b"HTTP/1.0 "], "status line, 7 bytes; unexpected bytes, 2 bytes"),
    ] {
        assert_fields(dissector(lesson, direction), pieces, expected);
    }
}
