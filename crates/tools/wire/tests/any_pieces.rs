//! However the network breaks up a WebSocket conversation, its parts are the same.

use proptest::collection::vec;
use proptest::prelude::*;
use wire::websocket::Frame;
use wire::{Direction, Dissector, Field, Lesson};

const REQUEST: &[u8] = b"GET /chat HTTP/1.1\r\nHost: a\r\nX: b\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
const GRANTED: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nServer: a\r\n\r\n";
const REFUSED: &[u8] = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";

/// A part with all that came of it: what it is when its last byte has come, its bytes, and those without a mask.
type Whole = (Field, Vec<u8>, Vec<u8>);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn parts_are_the_same(
        (direction, handshake) in handshake(),
        frames in vec(prop_oneof![10 => frame(), 1 => vec(any::<u8>(), 0..20)], 0..8),
        pieces in vec(1..40_usize, 1..20),
    ) {
        let bytes = [handshake, frames.concat()].concat();
        let at_once = parts(direction, &[&bytes]);
        prop_assert_eq!(at_once.iter().map(|(_, bytes, _)| &bytes[..]).collect::<Vec<_>>().concat(), &bytes[..]);
        prop_assert_eq!(parts(direction, &in_pieces(&bytes, &pieces)), &at_once[..]);
        prop_assert_eq!(parts(direction, &in_pieces(&bytes, &[1])), at_once);
    }

    #[test]
    fn frames_come_out_as_they_went_in(
        frames in vec((opcode(), any::<Option<[u8; 4]>>(), vec(any::<u8>(), 0..100)), 1..8),
        pieces in vec(1..40_usize, 1..20),
    ) {
        let sent: Vec<u8> = frames.iter().flat_map(|(opcode, key, plain)| encode(0x80 | *opcode, *key, plain)).collect();
        let bytes = [REQUEST, &sent].concat();
        let found = parts(Direction::ToServer, &in_pieces(&bytes, &pieces));
        let found: Vec<_> = found
            .into_iter()
            .filter(|(part, ..)| matches!(part, Field::Payload(_) | Field::CloseCode(_) | Field::CloseReason))
            .flat_map(|(_, _, plain)| plain)
            .collect();
        prop_assert_eq!(found, frames.iter().flat_map(|(_, _, plain)| plain.clone()).collect::<Vec<_>>());
    }
}

/// What the pieces have of one part, put together.
fn parts(direction: Direction, pieces: &[&[u8]]) -> Vec<Whole> {
    let mut dissector = Dissector::new(Lesson::Ws, direction);
    let mut parts: Vec<Whole> = Vec::new();
    for piece in pieces {
        for span in dissector.feed(piece) {
            match parts.last_mut().filter(|_| span.is_continuation) {
                Some(part) => {
                    part.0 = span.field;
                    part.1.extend(span.bytes);
                    part.2.extend(span.plain());
                }
                None => parts.push((span.field, span.bytes.to_vec(), span.plain().to_vec())),
            }
        }
    }
    parts
}

/// Of these lengths, over and over.
fn in_pieces<'a>(mut bytes: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    for length in lengths.iter().cycle() {
        if bytes.is_empty() {
            break;
        }
        let (piece, rest) = bytes.split_at(bytes.len().min(*length));
        pieces.push(piece);
        bytes = rest;
    }
    pieces
}

fn handshake() -> impl Strategy<Value = (Direction, Vec<u8>)> {
    prop_oneof![
        Just((Direction::ToServer, REQUEST.to_vec())),
        Just((Direction::ToClient, GRANTED.to_vec())),
        Just((Direction::ToClient, REFUSED.to_vec())),
        vec(any::<u8>(), 0..40).prop_map(|bytes| (Direction::ToServer, bytes)),
        "GET [a-z/]{0,4}\r?\n([A-Za-z:\r ]{0,6}\n){0,4}".prop_map(|text| (Direction::ToServer, text.into_bytes())),
    ]
}

fn opcode() -> impl Strategy<Value = u8> {
    prop_oneof![Just(0), Just(1), Just(2), Just(8), Just(9), Just(10)]
}

/// A frame; now and then one that the protocol forbids.
fn frame() -> impl Strategy<Value = Vec<u8>> {
    let first = prop_oneof![10 => opcode().prop_map(|opcode| 0x80 | opcode), 1 => any::<u8>()];
    let len = prop_oneof![100 => 0..20_usize, 10 => 120..130_usize, 1 => 65530..65540_usize];
    (first, any::<Option<[u8; 4]>>(), len).prop_map(|(first, key, len)| encode(first, key, &vec![b'a'; len]))
}

fn encode(first_byte: u8, masking_key: Option<[u8; 4]>, payload: &[u8]) -> Vec<u8> {
    Frame { first_byte, masking_key, payload: payload.to_vec() }.encode()
}
