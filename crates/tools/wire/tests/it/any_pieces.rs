//! However the network splits a WebSocket conversation, its fields are the same.

use proptest::collection::vec;
use proptest::prelude::*;
use wire::websocket::{FIN, Frame, REQUEST};
use wire::{Direction, Dissector, Field, Lesson};

const ACCEPTED: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nServer: a\r\n\r\n";
const REFUSED: &str = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";

/// A field as it is known when its last byte has arrived, its bytes, and its unmasked bytes.
type Whole = (Field, Vec<u8>, Vec<u8>);

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fields_are_the_same(
        (direction, handshake) in handshake(),
        frames in vec(prop_oneof![10 => frame(), 1 => vec(any::<u8>(), 0..20)], 0..8),
        lengths in vec(1..40_usize, 1..20),
    ) {
        let bytes = [handshake, frames.concat()].concat();
        let at_once = fields(direction, &[&bytes]);
        prop_assert_eq!(at_once.iter().map(|(_, bytes, _)| &bytes[..]).collect::<Vec<_>>().concat(), &bytes[..]);
        prop_assert_eq!(fields(direction, &pieces(&bytes, &lengths)), &at_once[..]);
        prop_assert_eq!(fields(direction, &pieces(&bytes, &[1])), at_once);
    }
}

/// Joins the spans of each field.
fn fields(direction: Direction, pieces: &[&[u8]]) -> Vec<Whole> {
    let mut dissector = Dissector::new(&Lesson::named("ws").expect("a lesson"), direction);
    let mut fields: Vec<Whole> = Vec::new();
    for piece in pieces {
        for span in dissector.feed(piece) {
            match fields.last_mut().filter(|_| span.is_continuation) {
                Some(field) => {
                    field.0 = span.field;
                    field.1.extend(span.bytes);
                    field.2.extend(span.plain());
                }
                None => fields.push((span.field, span.bytes.to_vec(), span.plain().to_vec())),
            }
        }
    }
    fields
}

/// Splits bytes into pieces of these lengths, repeatedly.
fn pieces<'a>(mut bytes: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
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
        Just((Direction::ToServer, REQUEST.into())),
        Just((Direction::ToServer, REQUEST.to_ascii_lowercase().replacen("get", "GET", 1).into())),
        Just((Direction::ToClient, ACCEPTED.into())),
        Just((Direction::ToClient, REFUSED.into())),
        vec(any::<u8>(), 0..40).prop_map(|bytes| (Direction::ToServer, bytes)),
        "GET [a-z/]{0,4}\r?\n([A-Za-z:\r ]{0,6}\n){0,4}".prop_map(|text| (Direction::ToServer, text.into_bytes())),
    ]
}

/// A frame; now and then one that the RFC forbids.
fn frame() -> impl Strategy<Value = Vec<u8>> {
    let opcode = prop_oneof![Just(0), Just(1), Just(2), Just(8), Just(9), Just(10)];
    let first = prop_oneof![10 => opcode.prop_map(|opcode| FIN | opcode), 1 => any::<u8>()];
    let len = prop_oneof![100 => 0..20_usize, 10 => 120..130_usize, 1 => 65530..65540_usize];
    (first, any::<Option<[u8; 4]>>(), len)
        .prop_map(|(first_byte, masking_key, len)| Frame { first_byte, masking_key, payload: vec![b'a'; len] }.encode())
}
