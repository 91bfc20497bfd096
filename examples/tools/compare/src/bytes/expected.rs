//! The bytes that must pass on the wire in each lesson, built from the lesson's fields.

use auth::{Key, Nonce};
use tungstenite::handshake::derive_accept_key;
use wire::websocket::{Frame, REQUEST, RESPONSE};
use wire::{Direction, Dissector, Field, Fields, Lesson};

use super::run::Connection;

/// The user that the token is for.
pub(super) const USER: &str = "someone@example.com";
/// The lines that are typed at the client, if the lesson has messages.
const MESSAGES: [&str; 2] = ["hello", "open sesame, 芝麻开门 🚪"];
const TIMESTAMP: &[u8] = b"[Wed May  9 20:44:11 2018] ";

/// A message of the client, and the text that the server sends back.
#[derive(Clone)]
pub(super) struct Exchange {
    pub(super) message: String,
    pub(super) reply: String,
}

/// Returns what the client and the server say to each other in this lesson.
pub(super) fn exchanges(lesson: &Lesson, token: &str) -> Vec<Exchange> {
    let Fields { once, repeated } = lesson.to_server;
    let has_messages = once.contains(&Field::Message) || !repeated.is_empty();
    let messages = MESSAGES.iter().filter(|_| has_messages);
    let token = lesson.token_reply.map(|reply| Exchange { message: token.to_owned(), reply: reply.to_owned() });
    let reply = |message: &str| format!("{}{message}", lesson.reply_prefix);
    token
        .into_iter()
        .chain(messages.map(|message| Exchange { message: (*message).to_owned(), reply: reply(message) }))
        .collect()
}

/// Returns the connections that there must be. Fields that depend on the other side depend on `actual`.
pub(super) fn connections(lesson: &Lesson, exchanges: &[Exchange], actual: &[Connection]) -> Vec<Connection> {
    let is_session = !lesson.to_server.repeated.is_empty() || exchanges.is_empty();
    let chunks: Vec<&[Exchange]> = if is_session { vec![exchanges] } else { exchanges.chunks(1).collect() };
    let nothing = Connection::default();
    let connection = |(number, exchanges): (usize, &[Exchange])| {
        let actual = actual.get(number).unwrap_or(&nothing);
        let messages: Vec<_> = exchanges.iter().map(|exchange| &exchange.message[..]).collect();
        let replies: Vec<_> = exchanges.iter().map(|exchange| &exchange.reply[..]).collect();
        Connection {
            to_server: side(lesson, Direction::ToServer, &messages, actual),
            to_client: side(lesson, Direction::ToClient, &replies, actual),
        }
    };
    chunks.into_iter().enumerate().map(connection).collect()
}

/// Returns what one side must send on one connection.
fn side(lesson: &Lesson, direction: Direction, texts: &[&str], actual: &Connection) -> Vec<u8> {
    let Fields { once, repeated } = lesson.fields(direction);
    let encode = |fields: &[Field], text: &str| {
        fields.iter().flat_map(|field| encode(lesson, direction, *field, text, actual)).collect::<Vec<u8>>()
    };
    let mut bytes = encode(once, texts.first().unwrap_or(&""));
    for text in texts {
        bytes.extend(encode(repeated, text));
    }
    if lesson.is_websocket() {
        bytes.extend(frame(direction, Frame::close(1000, "")));
    }
    bytes
}

fn encode(lesson: &Lesson, direction: Direction, field: Field, text: &str, actual: &Connection) -> Vec<u8> {
    match field {
        Field::Nonce => vec![0; Nonce::LEN],
        Field::Response(scheme) => {
            let nonce = actual.to_client.first_chunk::<{ Nonce::LEN }>();
            let response = nonce.zip(Key::new(lesson.key).ok()).map(|(nonce, key)| scheme.response(&key, nonce));
            response.map(|response| response.as_bytes().to_vec()).unwrap_or_default()
        }
        Field::Timestamp => TIMESTAMP.to_vec(),
        Field::Message => text.into(),
        Field::LineEnding => b"\r\n".to_vec(),
        Field::FrameHeader(_) => frame(direction, Frame::text(text)),
        Field::Header(Some("Sec-WebSocket-Accept")) => {
            let mut dissector = Dissector::new(lesson, Direction::ToServer);
            let request = dissector.feed(&actual.to_server);
            let key = request.iter().find(|span| span.field == Field::Header(Some("Sec-WebSocket-Key")));
            let key = key.map(|key| key.bytes["Sec-WebSocket-Key:".len()..].trim_ascii());
            format!("Sec-WebSocket-Accept: {}\r\n", key.map(derive_accept_key).unwrap_or_default()).into()
        }
        field => sample(lesson, direction, field),
    }
}

/// Returns a line of the handshake in RFC 6455.
fn sample(lesson: &Lesson, direction: Direction, field: Field) -> Vec<u8> {
    let handshake = if direction == Direction::ToServer { REQUEST } else { RESPONSE };
    let spans = Dissector::new(lesson, direction).feed(handshake.as_bytes());
    spans.iter().find(|span| span.field == field).map(|span| span.bytes.to_vec()).unwrap_or_default()
}

fn frame(direction: Direction, frame: Frame) -> Vec<u8> {
    match direction {
        Direction::ToServer => frame.masked([0; 4]).encode(),
        Direction::ToClient => frame.encode(),
    }
}
