//! The fields of each lesson are recognized, however the network splits them.

use wire::Direction::{self, ToClient, ToServer};
use wire::websocket::{BINARY, PING, REQUEST, RESPONSE, TEXT};
use wire::{Dissector, Field, Lesson};

const TIMESTAMP: &str = "[Wed May  9 20:44:11 2018] ";

fn dissector(lesson: &str, direction: Direction) -> Dissector {
    Dissector::new(&Lesson::named(lesson).expect("a lesson"), direction)
}

/// Describes the fields of these pieces, and returns their unmasked bytes.
fn feed<P: AsRef<[u8]>>(dissector: &mut Dissector, pieces: &[P]) -> Vec<(String, Vec<u8>)> {
    let mut fields = Vec::new();
    for piece in pieces {
        let spans = dissector.feed(piece.as_ref());
        assert_eq!(spans.iter().map(|span| span.bytes).collect::<Vec<_>>().concat(), piece.as_ref());
        fields.extend(spans.iter().map(|span| (span.describe(), span.plain().to_vec())));
    }
    fields
}

fn assert_fields<P: AsRef<[u8]>>(mut dissector: Dissector, pieces: &[P], expected: &[&str]) {
    let fields: Vec<_> = feed(&mut dissector, pieces).into_iter().map(|(description, _)| description).collect();
    assert_eq!(fields, expected);
}

/// A dissector that has seen the handshake.
fn frames(direction: Direction) -> Dissector {
    let mut dissector = dissector("ws", direction);
    dissector.feed(if direction == ToServer { REQUEST } else { RESPONSE }.as_bytes());
    dissector
}

#[test]
fn each_side_of_lessons_1_to_4_has_its_fields() {
    let nonce = "n".repeat(32);
    let cases: [(&str, Direction, String, &[&str]); 8] = [
        ("gate", ToClient, nonce.clone(), &["nonce, 32 random bytes"]),
        ("gate", ToServer, "a0".repeat(16), &["response, 32 hexadecimal characters"]),
        (
            "echo",
            ToClient,
            [&nonce, TIMESTAMP, "hello"].concat(),
            &["nonce, 32 random bytes", "timestamp, 27 bytes", "message, 5 bytes"],
        ),
        ("echo", ToServer, ["r".repeat(16), "hello".to_owned()].concat(), &["response, 16 bytes", "message, 5 bytes"]),
        (
            "line",
            ToClient,
            [TIMESTAMP, "hi\r\n"].concat(),
            &["timestamp, 27 bytes", "message, 2 bytes", "line ending, 2 bytes"],
        ),
        ("line", ToServer, "hi\n".to_owned(), &["message, 2 bytes", "line ending, 1 byte"]),
        ("threaded", ToClient, [TIMESTAMP, "hi\n"].concat(), &["timestamp, 27 bytes", "message, 3 bytes"]),
        ("threaded", ToServer, "hi\n".to_owned(), &["message, 3 bytes"]),
    ];
    for (lesson, direction, bytes, expected) in cases {
        assert_fields(dissector(lesson, direction), &[bytes], expected);
    }
}

#[test]
fn fields_are_the_same_byte_by_byte() {
    let bytes = [TIMESTAMP, "a\rb\r\nmore"].concat();
    let mut expected = vec!["timestamp, 1 byte"];
    expected.extend(["timestamp continued, 1 byte"; 26]);
    expected.extend(["message, 1 byte", "line ending, 1 byte", "message, 1 byte", "line ending, 1 byte"]);
    expected.extend(["line ending continued, 1 byte", "unexpected bytes, 1 byte"]);
    expected.extend(["unexpected bytes continued, 1 byte"; 3]);
    assert_fields(dissector("line", ToClient), &bytes.as_bytes().chunks(1).collect::<Vec<_>>(), &expected);
}

#[test]
fn each_reply_of_the_echo_has_its_timestamp() {
    let replies = [TIMESTAMP, "one", TIMESTAMP, "two"].concat();
    let expected = [
        "nonce, 32 random bytes",
        "timestamp, 27 bytes",
        "message, 3 bytes",
        "timestamp, 27 bytes",
        "message, 3 bytes",
        "message, 7 bytes",
        "timestamp, 27 bytes",
    ];
    assert_fields(dissector("echo", ToClient), &["n".repeat(32).as_str(), &replies, " more [", TIMESTAMP], &expected);
}

#[test]
fn the_lines_of_a_handshake_are_named() {
    let expected = [
        "request line, 16 bytes",
        "Host header, 17 bytes",
        "Upgrade header, 20 bytes",
        "Connection header, 21 bytes",
        "Sec-WebSocket-Key header, 45 bytes",
        "Sec-WebSocket-Version header, 27 bytes",
        "empty line, 2 bytes",
    ];
    assert_fields(dissector("ws", ToServer), &[REQUEST], &expected);
    let expected = [
        "status line, 34 bytes",
        "Upgrade header, 20 bytes",
        "Connection header, 21 bytes",
        "Sec-WebSocket-Accept header, 52 bytes",
        "empty line, 2 bytes",
    ];
    assert_fields(dissector("ws", ToClient), &[RESPONSE], &expected);

    let pieces = ["GE", "T / HTTP/1.1\r", "\nsec-websocket-", "key: x", "\r\nUser-Agent: x\n\r", "\n"];
    let expected = [
        "request line, 2 bytes",
        "request line continued, 13 bytes",
        "request line continued, 1 byte",
        "header, 14 bytes",
        "Sec-WebSocket-Key header continued, 6 bytes",
        "Sec-WebSocket-Key header continued, 2 bytes",
        "header, 14 bytes",
        "empty line, 1 byte",
        "empty line continued, 1 byte",
    ];
    assert_fields(dissector("tokens", ToServer), &pieces, &expected);

    let refusal = "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\n\u{1}\0";
    let expected = ["status line, 24 bytes", "header, 19 bytes", "empty line, 2 bytes", "body, 2 bytes"];
    assert_fields(dissector("ws", ToClient), &[refusal], &expected);
}

/// RFC 6455, section 5.7, and a close.
#[test]
fn frames_have_a_header_and_what_it_announces() {
    let of_256 = [&b"\x82\x7e\x01\x00"[..], &[7; 256]].concat();
    let of_64_kib = [&b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"[..], &[7; 65536]].concat();
    type Fields<'a> = &'a [(&'a str, &'a [u8])];
    let cases: [(Direction, &[u8], Fields<'_>); 7] = [
        (
            ToServer,
            b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
            &[
                ("frame: text, final, 5 bytes, masked", b"\x81\x85"),
                ("masking key, 4 bytes", b"\x37\xfa\x21\x3d"),
                ("masked payload, 5 bytes", b"Hello"),
            ],
        ),
        (
            ToClient,
            b"\x01\x03Hel\x80\x02lo\x89\x05Hello",
            &[
                ("frame: text, not final, 3 bytes, unmasked", b"\x01\x03"),
                ("payload, 3 bytes", b"Hel"),
                ("frame: continuation, final, 2 bytes, unmasked", b"\x80\x02"),
                ("payload, 2 bytes", b"lo"),
                ("frame: ping, final, 5 bytes, unmasked", b"\x89\x05"),
                ("payload, 5 bytes", b"Hello"),
            ],
        ),
        (
            ToClient,
            &of_256,
            &[("frame: binary, final, 256 bytes, unmasked", &of_256[..4]), ("payload, 256 bytes", &[7; 256])],
        ),
        (
            ToClient,
            &of_64_kib,
            &[("frame: binary, final, 65536 bytes, unmasked", &of_64_kib[..10]), ("payload, 65536 bytes", &[7; 65536])],
        ),
        (
            ToServer,
            b"\x88\x85\x01\x01\x01\x01\x02\xf1cxd",
            &[
                ("frame: close, final, 5 bytes, masked", b"\x88\x85"),
                ("masking key, 4 bytes", &[1; 4]),
                ("masked close code 1008", b"\x03\xf0"),
                ("masked close reason, 3 bytes", b"bye"),
            ],
        ),
        (ToClient, b"\x88\x00", &[("frame: close, final, 0 bytes, unmasked", b"\x88\x00")]),
        (
            ToClient,
            b"\x88\x01\x03",
            &[("frame: close, final, 1 byte, unmasked", b"\x88\x01"), ("close code, 1 byte", b"\x03")],
        ),
    ];
    for (direction, bytes, expected) in cases {
        let expected: Vec<_> = expected.iter().map(|(name, plain)| ((*name).to_owned(), plain.to_vec())).collect();
        assert_eq!(feed(&mut frames(direction), &[bytes]), expected);
    }
}

#[test]
fn a_frame_in_pieces_is_decoded_where_its_header_is_complete() {
    let pieces: [&[u8]; 8] = [
        b"\x81",
        b"\xfe\x00",
        b"\x05\x37\xfa",
        b"\x21\x3d\x7f\x9f",
        b"\x4d\x51",
        b"\x58\x89\x00",
        b"\x88\x02\x03",
        b"\xe8",
    ];
    let expected = [
        "frame header, 1 byte",
        "frame header continued, 2 bytes",
        "frame: text, final, 5 bytes, masked",
        "masking key, 2 bytes",
        "masking key continued, 2 bytes",
        "masked payload, 2 bytes",
        "masked payload continued, 2 bytes",
        "masked payload continued, 1 byte",
        "frame: ping, final, 0 bytes, unmasked",
        "frame: close, final, 2 bytes, unmasked",
        "close code, 1 byte",
        "close code 1000",
    ];
    assert_fields(frames(ToServer), &pieces, &expected);
    let payload: Vec<_> = feed(&mut frames(ToServer), &pieces).into_iter().skip(5).take(3).collect();
    assert_eq!(payload.into_iter().flat_map(|(_, plain)| plain).collect::<Vec<_>>(), b"Hello");
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
    type Pieces<'a> = &'a [&'a [u8]];
    let cases: [(&str, Direction, Pieces<'_>, &[&str]); 12] = [
        ("gate", ToClient, &[&[7; 33]], &["nonce, 32 random bytes", "unexpected bytes, 1 byte"]),
        (
            "gate",
            ToServer,
            &[b"ab", b"aX", b"ab"],
            &[
                "response, 2 hexadecimal characters",
                "response continued, 1 byte",
                "unexpected bytes, 1 byte",
                "unexpected bytes continued, 2 bytes",
            ],
        ),
        ("threaded", ToClient, &[b"hello"], &["unexpected bytes, 5 bytes"]),
        ("line", ToServer, &[b"\r\nmore"], &["line ending, 2 bytes", "unexpected bytes, 4 bytes"]),
        ("ws", ToServer, &[b"x", b"\x81\x00"], &["unexpected bytes, 1 byte", "unexpected bytes continued, 2 bytes"]),
        ("ws", ToServer, &[b"GEX /\r\n"], &["request line, 2 bytes", "unexpected bytes, 5 bytes"]),
        (
            "ws",
            ToServer,
            &[b"GET /\nno header\n\n"],
            &["request line, 6 bytes", "header, 2 bytes", "unexpected bytes, 9 bytes"],
        ),
        ("ws", ToServer, &[b"GET /\n: a\n"], &["request line, 6 bytes", "unexpected bytes, 4 bytes"]),
        (
            "ws",
            ToServer,
            &[b"GET /\n\rx"],
            &["request line, 6 bytes", "empty line, 1 byte", "unexpected bytes, 1 byte"],
        ),
        (
            "ws",
            ToServer,
            &[b"GET /\n\n\x83\x00"],
            &["request line, 6 bytes", "empty line, 1 byte", "unexpected bytes, 2 bytes"],
        ),
        (
            "ws",
            ToServer,
            &[b"GET /\n\n\x89\x7e", b"\x81\x00"],
            &[
                "request line, 6 bytes",
                "empty line, 1 byte",
                "frame header, 1 byte",
                "unexpected bytes, 1 byte",
                "unexpected bytes continued, 2 bytes",
            ],
        ),
        ("ws", ToClient, &[b"HTTP/1.0 "], &["status line, 7 bytes", "unexpected bytes, 2 bytes"]),
    ];
    for (lesson, direction, pieces, expected) in cases {
        assert_fields(dissector(lesson, direction), pieces, expected);
    }
}
