//! The bytes that must pass on the wire in each lesson, built from the lesson's fields.

use auth::mutual::{ChannelBinding, GREETING, Role};
use auth::{Key, Nonce, Scheme};
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
        let field = |(number, field): (usize, &Field)| match field {
            Field::Length(_) => encode_length(&fields[number + 1..], text),
            field => encode(lesson, direction, *field, text, actual),
        };
        fields.iter().enumerate().flat_map(field).collect::<Vec<u8>>()
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
        Field::Response(scheme) => response(lesson, direction, scheme, actual).unwrap_or_default(),
        Field::Proof => proof(lesson, direction, actual).unwrap_or_default(),
        Field::Greeting => GREETING.to_vec(),
        Field::Challenge => vec![0; 40],
        Field::Constant(text) => text.into(),
        Field::Verdict => b"#WELCOME#".to_vec(),
        Field::Timestamp => TIMESTAMP.to_vec(),
        Field::Message | Field::SizedMessage => text.into(),
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

/// Returns the length of the fields up to the next length.
fn encode_length(fields: &[Field], text: &str) -> Vec<u8> {
    let fields = fields.iter().take_while(|field| !matches!(field, Field::Length(_)));
    let length: usize = fields.map(|field| field.fixed_len().unwrap_or(text.len())).sum();
    u32::try_from(length).unwrap_or_default().to_be_bytes().to_vec()
}

/// Returns the response to what the other side sent.
fn response(lesson: &Lesson, direction: Direction, scheme: Scheme, actual: &Connection) -> Option<Vec<u8>> {
    let other = direction.reversed();
    let challenge = match sent(lesson, other, Field::Nonce, actual) {
        Some(nonce) => nonce,
        // Python's response covers the name of the digest too.
        None => [b"{sha256}", &sent(lesson, other, Field::Challenge, actual)?[..]].concat(),
    };
    Some(scheme.response(&Key::new(lesson.key).ok()?, challenge).as_bytes().to_vec())
}

/// Returns the proof for the nonces that both sides sent.
fn proof(lesson: &Lesson, direction: Direction, actual: &Connection) -> Option<Vec<u8>> {
    let nonce =
        |direction| Some(Nonce::from(<[u8; 32]>::try_from(sent(lesson, direction, Field::Nonce, actual)?).ok()?));
    let role = if direction == Direction::ToServer { Role::Client } else { Role::Server };
    let (server_nonce, client_nonce) = (nonce(Direction::ToClient)?, nonce(Direction::ToServer)?);
    let key = Key::new(lesson.key).ok()?;
    let proof = auth::mutual::proof(&key, role, ChannelBinding::None, server_nonce, client_nonce);
    Some(proof.as_bytes().to_vec())
}

/// Returns the first field of this kind that was sent in this direction.
fn sent(lesson: &Lesson, direction: Direction, field: Field, actual: &Connection) -> Option<Vec<u8>> {
    let bytes = if direction == Direction::ToServer { &actual.to_server } else { &actual.to_client };
    let spans = Dissector::new(lesson, direction).feed(bytes);
    spans.iter().find(|span| span.field == field).map(|span| span.bytes.to_vec())
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
