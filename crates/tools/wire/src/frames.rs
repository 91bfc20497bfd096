use crate::Direction;

use crate::handshake::{self, HEAD};
use crate::websocket::{self, FrameHeader};
use crate::{Field, Span};

/// Dissector the parts of one side of a WebSocket conversation: a handshake, then frames, which say how long they are.
///
/// It goes byte by byte, so it is all one where a piece ends. It counts what a frame carries, and keeps none of it.
#[derive(Clone, Debug)]
pub(crate) struct WebSocket {
    /// The part that it is at.
    part: Field,
    /// The beginning of that part, without a mask: enough for all that is told of it.
    begun: Vec<u8>,
    /// Whether an earlier piece had that beginning.
    is_continuation: bool,
    /// Whether frames follow the headers.
    is_switched: bool,
    /// The kind of the message that was begun last, which a continuation continues.
    message: u8,
    payload: Payload,
}

/// What is to come of a frame's payload.
#[derive(Clone, Debug)]
struct Payload {
    part: Field,
    left: u64,
    /// Turned so that its first byte is for the next one of the payload.
    masking_key: Option<[u8; 4]>,
}

/// Why a part goes no further.
enum End {
    Whole,
    /// The next byte has no place in it.
    Misfit,
}

impl WebSocket {
    pub(crate) fn new(direction: Direction) -> WebSocket {
        let (part, is_switched) = match direction {
            Direction::ToServer => (Field::RequestLine, true),
            Direction::ToClient => (Field::StatusLine, false),
        };
        let payload = Payload { part, left: 0, masking_key: None };
        WebSocket {
            part,
            begun: Vec::new(),
            is_continuation: false,
            is_switched,
            message: websocket::CONTINUATION,
            payload,
        }
    }

    pub(crate) fn feed<'a>(&mut self, piece: &'a [u8]) -> Vec<Span<'a>> {
        let mut spans = Vec::new();
        let mut rest = piece;
        while !rest.is_empty() {
            let mut plain = Vec::new();
            let end = rest.iter().find_map(|byte| self.take(*byte, &mut plain));
            let (bytes, others) = rest.split_at(plain.len());
            if !bytes.is_empty() {
                let is_masked = is_in_payload(self.part) && self.payload.masking_key.is_some();
                let unmasked = is_masked.then_some(plain);
                spans.push(Span { field: self.part, is_continuation: self.is_continuation, bytes, unmasked });
                self.is_continuation = true;
            }
            let next = match end {
                Some(End::Whole) => Some(self.next_part()),
                Some(End::Misfit) => Some(Field::Unexpected),
                None => None,
            };
            if let Some(part) = next {
                self.go_to(part);
            }
            rest = others;
        }
        spans
    }

    /// Takes a byte in, unless it does not fit.
    fn take(&mut self, byte: u8, plain: &mut Vec<u8>) -> Option<End> {
        let byte = if is_in_payload(self.part) { self.payload.take(byte) } else { byte };
        if self.begun.len() < HEAD {
            self.begun.push(byte);
            self.part = self.known_by_now();
            if !self.part.may_begin_with(&self.begun) {
                return Some(End::Misfit);
            }
        }
        plain.push(byte);
        self.is_whole(byte).then_some(End::Whole)
    }

    /// The part with all that its beginning tells.
    fn known_by_now(&self) -> Field {
        match self.part {
            Field::Header(_) if matches!(self.begun[..], [b'\r' | b'\n']) => Field::EmptyLine,
            Field::Header(_) => Field::Header(handshake::header(&self.begun)),
            Field::FrameHeader(_) => Field::FrameHeader(FrameHeader::decode(&self.begun)),
            Field::CloseCode(_) => Field::CloseCode(self.begun[..].try_into().ok().map(u16::from_be_bytes)),
            part => part,
        }
    }

    fn is_whole(&self, last: u8) -> bool {
        match self.part {
            Field::RequestLine | Field::StatusLine | Field::Header(_) | Field::EmptyLine => last == b'\n',
            Field::FrameHeader(header) => header.is_some(),
            Field::CloseCode(Some(_)) => true,
            Field::MaskingKey => self.part.fixed_len() == Some(self.begun.len()),
            part => is_in_payload(part) && self.payload.left == 0,
        }
    }

    /// What comes after the part, which is whole.
    fn next_part(&mut self) -> Field {
        match self.part {
            Field::RequestLine | Field::Header(_) => Field::Header(None),
            Field::StatusLine => {
                self.is_switched = handshake::is_switched(&self.begun);
                Field::Header(None)
            }
            Field::EmptyLine if !self.is_switched => Field::Body,
            Field::FrameHeader(Some(header)) => {
                if matches!(header.opcode(), websocket::TEXT | websocket::BINARY) {
                    self.message = header.opcode();
                }
                let part = match header.opcode() {
                    websocket::CLOSE => Field::CloseCode(None),
                    websocket::CONTINUATION => Field::Payload(self.message),
                    opcode => Field::Payload(opcode),
                };
                self.payload = Payload { part, left: header.len, masking_key: None };
                if header.is_masked { Field::MaskingKey } else { self.payload.or_next_frame(part) }
            }
            Field::MaskingKey => {
                self.payload.masking_key = self.begun[..].try_into().ok();
                self.payload.or_next_frame(self.payload.part)
            }
            Field::CloseCode(_) => self.payload.or_next_frame(Field::CloseReason),
            _ => Field::FrameHeader(None),
        }
    }

    fn go_to(&mut self, part: Field) {
        self.part = part;
        self.begun.clear();
        self.is_continuation = false;
    }
}

impl Payload {
    /// The next byte, without its mask.
    fn take(&mut self, byte: u8) -> u8 {
        self.left -= 1;
        let Some(masking_key) = &mut self.masking_key else { return byte };
        masking_key.rotate_left(1);
        byte ^ masking_key[3]
    }

    /// The part, if there is anything for it.
    fn or_next_frame(&self, part: Field) -> Field {
        if self.left == 0 { Field::FrameHeader(None) } else { part }
    }
}

/// Whether a mask, if there is one, lies on the part.
fn is_in_payload(part: Field) -> bool {
    matches!(part, Field::Payload(_) | Field::CloseCode(_) | Field::CloseReason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Direction::{ToClient, ToServer};

    /// RFC 6455, section 1.3.
    const REQUEST: &str = "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n\
        Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://example.com\r\n\
        Sec-WebSocket-Protocol: chat, superchat\r\nSec-WebSocket-Version: 13\r\n\r\n";
    const RESPONSE: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat\r\n\r\n";

    /// Behind a handshake; what each part is called, and what it says without a mask.
    fn frames(direction: Direction, pieces: &[&[u8]]) -> Vec<(String, Vec<u8>)> {
        let mut side = WebSocket::new(direction);
        side.feed(if direction == ToServer { REQUEST } else { RESPONSE }.as_bytes());
        named(&mut side, pieces)
    }

    fn named(side: &mut WebSocket, pieces: &[&[u8]]) -> Vec<(String, Vec<u8>)> {
        let mut named = Vec::new();
        for piece in pieces {
            let spans = side.feed(piece);
            assert_eq!(spans.iter().map(|span| span.bytes).collect::<Vec<_>>().concat(), *piece);
            named.extend(spans.iter().map(|span| (span.describe(), span.plain().to_vec())));
        }
        named
    }

    fn names(named: &[(String, Vec<u8>)]) -> Vec<&str> {
        named.iter().map(|(name, _)| &name[..]).collect()
    }

    #[test]
    fn the_lines_of_a_handshake_are_named() {
        let mut client = WebSocket::new(ToServer);
        let expected = [
            "request line, 20 bytes",
            "Host header, 26 bytes",
            "Upgrade header, 20 bytes",
            "Connection header, 21 bytes",
            "Sec-WebSocket-Key header, 45 bytes",
            "Origin header, 28 bytes",
            "Sec-WebSocket-Protocol header, 41 bytes",
            "Sec-WebSocket-Version header, 27 bytes",
            "empty line, 2 bytes",
        ];
        assert_eq!(names(&named(&mut client, &[REQUEST.as_bytes()])), expected);
        let mut server = WebSocket::new(ToClient);
        let expected = [
            "status line, 34 bytes",
            "Upgrade header, 20 bytes",
            "Connection header, 21 bytes",
            "Sec-WebSocket-Accept header, 52 bytes",
            "Sec-WebSocket-Protocol header, 30 bytes",
            "empty line, 2 bytes",
        ];
        assert_eq!(names(&named(&mut server, &[RESPONSE.as_bytes()])), expected);
    }

    #[test]
    fn a_line_in_pieces_is_named_as_far_as_it_is_known() {
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
        assert_eq!(names(&named(&mut WebSocket::new(ToServer), &pieces.map(str::as_bytes))), expected);
    }

    #[test]
    fn a_handshake_that_is_refused_has_a_body_and_no_frames() {
        let answer = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\n\x81\x00";
        let expected = ["status line, 24 bytes", "header, 19 bytes", "empty line, 2 bytes", "body, 2 bytes"];
        assert_eq!(names(&named(&mut WebSocket::new(ToClient), &[answer])), expected);
    }

    /// RFC 6455, section 5.7.
    #[test]
    fn the_frames_of_the_rfc_are_named() {
        type Parts<'a> = &'a [(&'a str, &'a [u8])];
        let of_256 = [&b"\x82\x7e\x01\x00"[..], &[7; 256]].concat();
        let of_64_kib = [&b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"[..], &[7; 65536]].concat();
        let cases: [(Direction, &[u8], Parts<'_>); 7] = [
            (
                ToClient,
                b"\x81\x05Hello",
                &[("frame: text, final, 5 bytes, unmasked", b"\x81\x05"), ("payload, 5 bytes", b"Hello")],
            ),
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
                b"\x01\x03Hel\x80\x02lo",
                &[
                    ("frame: text, not final, 3 bytes, unmasked", b"\x01\x03"),
                    ("payload, 3 bytes", b"Hel"),
                    ("frame: continuation, final, 2 bytes, unmasked", b"\x80\x02"),
                    ("payload, 2 bytes", b"lo"),
                ],
            ),
            (
                ToClient,
                b"\x89\x05Hello",
                &[("frame: ping, final, 5 bytes, unmasked", b"\x89\x05"), ("payload, 5 bytes", b"Hello")],
            ),
            (
                ToServer,
                b"\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
                &[
                    ("frame: pong, final, 5 bytes, masked", b"\x8a\x85"),
                    ("masking key, 4 bytes", b"\x37\xfa\x21\x3d"),
                    ("masked payload, 5 bytes", b"Hello"),
                ],
            ),
            (
                ToClient,
                &of_256,
                &[("frame: binary, final, 256 bytes, unmasked", &of_256[..4]), ("payload, 256 bytes", &of_256[4..])],
            ),
            (
                ToClient,
                &of_64_kib,
                &[
                    ("frame: binary, final, 65536 bytes, unmasked", &of_64_kib[..10]),
                    ("payload, 65536 bytes", &of_64_kib[10..]),
                ],
            ),
        ];
        for (direction, bytes, expected) in cases {
            let expected: Vec<_> = expected.iter().map(|(name, plain)| ((*name).to_owned(), plain.to_vec())).collect();
            assert_eq!(frames(direction, &[bytes]), expected);
        }
    }

    #[test]
    fn a_frame_in_pieces_is_told_where_it_is_known() {
        let pieces: [&[u8]; 6] =
            [b"\x81", b"\xfe\x00", b"\x05\x37\xfa", b"\x21\x3d\x7f\x9f", b"\x4d\x51", b"\x58\x89\x00"];
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
        ];
        let named = frames(ToServer, &pieces);
        assert_eq!(names(&named), expected);
        assert_eq!([&named[5].1[..], &named[6].1, &named[7].1].concat(), b"Hello");
    }

    #[test]
    fn a_close_has_a_code_and_a_reason() {
        assert_eq!(
            frames(ToServer, &[b"\x88\x85\x01\x01\x01\x01\x02\xf1cxd"]),
            [
                ("frame: close, final, 5 bytes, masked".to_owned(), b"\x88\x85".to_vec()),
                ("masking key, 4 bytes".to_owned(), vec![1; 4]),
                ("masked close code 1008".to_owned(), b"\x03\xf0".to_vec()),
                ("masked close reason, 3 bytes".to_owned(), b"bye".to_vec()),
            ]
        );
        let pieces: [&[u8]; 3] = [b"\x88\x02\x03", b"\xe8\x88\x00", b"\x88\x01\x03"];
        let expected = [
            "frame: close, final, 2 bytes, unmasked",
            "close code, 1 byte",
            "close code 1000",
            "frame: close, final, 0 bytes, unmasked",
            "frame: close, final, 1 byte, unmasked",
            "close code, 1 byte",
        ];
        assert_eq!(names(&frames(ToClient, &pieces)), expected);
    }

    /// Whatever stands between its frames, a continuation continues the message.
    #[test]
    fn a_continuation_is_what_its_message_is() {
        let mut side = WebSocket::new(ToServer);
        side.feed(REQUEST.as_bytes());
        let spans = side.feed(b"\x01\x01a\x89\x01b\x80\x01c\x02\x01d\x80\x01e");
        let kinds: Vec<_> = spans.iter().map(|span| span.field).filter(|part| is_in_payload(*part)).collect();
        use websocket::{BINARY, PING, TEXT};
        assert_eq!(kinds, [TEXT, PING, TEXT, BINARY, BINARY].map(Field::Payload));
    }

    #[test]
    fn what_does_not_fit_is_not_named_nor_is_what_follows() {
        for (bytes, expected) in [
            (&b"hello\r\n"[..], &["unexpected bytes, 7 bytes"][..]),
            (b"GEX / HTTP/1.1\r\n", &["request line, 2 bytes", "unexpected bytes, 14 bytes"]),
            (b"GET /\nno header\n\n", &["request line, 6 bytes", "header, 2 bytes", "unexpected bytes, 9 bytes"]),
            (b"GET /\n: a\n", &["request line, 6 bytes", "unexpected bytes, 4 bytes"]),
            (b"GET /\n\rx", &["request line, 6 bytes", "empty line, 1 byte", "unexpected bytes, 1 byte"]),
            (b"GET /\n\n\x83\x00", &["request line, 6 bytes", "empty line, 1 byte", "unexpected bytes, 2 bytes"]),
            (
                b"GET /\n\n\x89\x7e\x00",
                &["request line, 6 bytes", "empty line, 1 byte", "frame header, 1 byte", "unexpected bytes, 2 bytes"],
            ),
        ] {
            let mut side = WebSocket::new(ToServer);
            assert_eq!(names(&named(&mut side, &[bytes])), expected);
            assert_eq!(names(&named(&mut side, &[b"\x81\x00"])).len(), 1);
        }
        let said = named(&mut WebSocket::new(ToServer), &[b"x", b"\x81\x00"]);
        assert_eq!(names(&said), ["unexpected bytes, 1 byte", "unexpected bytes continued, 2 bytes"]);
    }

    #[test]
    fn nothing_is_kept_of_what_does_not_end() {
        for (direction, start) in [
            (ToServer, "GET /"),
            (ToServer, "GET /\r\nX: "),
            (ToServer, "GET /\r\n\r\n\u{2}\u{7f}\u{7f}1234567"),
            (ToClient, "HTTP/1.1 404 No\r\n\r\n"),
            (ToClient, "no"),
        ] {
            let mut side = WebSocket::new(direction);
            side.feed(start.as_bytes());
            for _ in 0..1000 {
                assert_eq!(side.feed(&[b'x'; 1000]).len(), 1, "{start:?}");
            }
            assert!(side.begun.capacity() <= 2 * HEAD, "{start:?}: {}", side.begun.capacity());
        }
    }
}
