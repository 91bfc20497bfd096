use auth::Scheme;
use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::{Direction, Field};
use Field::{
    Challenge, Constant, EmptyLine, FrameHeader, Greeting, Header, Length, LineEnding, Message, Nonce, Proof, Record,
    RequestLine, Response, SizedMessage, StatusLine, Timestamp, Verdict,
};

/// A lesson: its programs, and the bytes that they exchange.
#[derive(Clone, Copy, Debug)]
pub struct Lesson {
    /// Its name on a command line.
    pub name: &'static str,
    /// Its title, with its number.
    pub title: &'static str,
    /// The server's name in `examples/`.
    pub server: &'static str,
    /// The client's name in `examples/`.
    pub client: &'static str,
    /// The port of the tutorial's own server.
    pub port: u16,
    /// The key: the tutorial's or, in lessons 7 and 8, one for comparisons.
    pub key: &'static str,
    /// The fields that the client sends on each connection.
    pub to_server: Fields,
    /// The fields that the server sends on each connection.
    pub to_client: Fields,
    /// The reply of the server to a token, if the client must send one first.
    pub token_reply: Option<&'static str>,
    /// The text that the server puts before each message that it returns.
    pub reply_prefix: &'static str,
    /// The line that a user types at the client's prompt to end it.
    pub quit: &'static str,
    /// Part of a line that the server prints about a client that it served.
    pub log: &'static str,
}

/// The fields that one side sends, in order.
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    /// The fields at the start of a connection.
    pub once: &'static [Field],
    /// The fields that follow for each message; empty if a connection carries one message or none.
    pub repeated: &'static [Field],
}

/// All lessons. A new lesson is an entry in this table.
pub const LESSONS: [Lesson; 11] = [
    Lesson {
        name: "gate",
        title: "1. The gate",
        server: "gate-server",
        client: "gate-client",
        key: "老衲洗头用飘柔",
        to_server: Fields { once: &[Response(Scheme::Md5Hex)], repeated: &[] },
        to_client: Fields { once: &[Nonce], repeated: &[] },
        log: ": accepted, it holds the key",
        ..USUAL
    },
    Lesson {
        name: "echo",
        title: "2. The echo",
        server: "echo-server",
        client: "echo-client",
        key: "芝麻开门",
        to_server: Fields { once: &[Response(Scheme::Md5)], repeated: &[Message] },
        to_client: Fields { once: &[Nonce], repeated: &[Timestamp, Message] },
        quit: "quit",
        log: ": accepted, it holds the key",
        ..USUAL
    },
    Lesson {
        name: "line",
        title: "3. Lines",
        server: "line-server",
        client: "line-client",
        to_server: Fields { once: &[Message, LineEnding], repeated: &[] },
        to_client: Fields { once: &[Timestamp, Message, LineEnding], repeated: &[] },
        ..USUAL
    },
    Lesson {
        name: "threaded",
        title: "4. Threads",
        server: "threaded-server",
        client: "threaded-client",
        to_server: Fields { once: &[Message], repeated: &[] },
        to_client: Fields { once: &[Timestamp, Message], repeated: &[] },
        log: "] hello",
        ..USUAL
    },
    Lesson { name: "ws", title: "5. WebSocket", port: 8765, log: ": disconnected", ..WEBSOCKET },
    Lesson {
        name: "tokens",
        title: "6. Tokens",
        port: 8888,
        token_reply: Some("Authenticated!"),
        log: ": authenticated as someone@example.com",
        ..WEBSOCKET
    },
    Lesson {
        name: "naive-mutual",
        title: "7. Naive",
        server: "naive-mutual-server",
        client: "naive-mutual-client",
        key: "a key that only the two sides know",
        to_server: Fields { once: &[Nonce, RESPONSE], repeated: &[] },
        to_client: Fields { once: &[RESPONSE, Nonce, Constant("welcome")], repeated: &[] },
        log: ": accepted, it holds the key",
        ..USUAL
    },
    Lesson {
        name: "mutual",
        title: "7. Mutual",
        server: "mutual-server",
        client: "mutual-client",
        key: "a key that only the two sides know",
        to_server: Fields { once: &[Nonce, Proof], repeated: &[Message] },
        to_client: Fields { once: &[Greeting, Nonce, Proof], repeated: &[Timestamp, Message] },
        quit: "quit",
        log: ": accepted, it holds the key",
        ..USUAL
    },
    Lesson {
        name: "mp",
        title: "7. Python mp",
        server: "mp-listener",
        client: "mp-client",
        key: "a key that only the two sides know",
        to_server: Fields {
            once: &[Length(None), DIGEST, RESPONSE, Length(None), CHALLENGE, Challenge, Length(None), Verdict],
            repeated: &[Length(None), SizedMessage],
        },
        to_client: Fields {
            once: &[Length(None), CHALLENGE, Challenge, Length(None), Verdict, Length(None), DIGEST, RESPONSE],
            repeated: &[Length(None), SizedMessage],
        },
        quit: "quit",
        log: ": accepted, it holds the key",
        ..USUAL
    },
    Lesson {
        name: "naive-tls",
        title: "8. Naive",
        server: "naive-tls-server",
        client: "naive-tls-client",
        key: "芝麻开门",
        ..TLS
    },
    Lesson {
        name: "tls",
        title: "8. TLS",
        server: "tls-server",
        client: "tls-client",
        key: "a key that only the two sides know",
        ..TLS
    },
];

const CHALLENGE: Field = Constant("#CHALLENGE#{sha256}");
const DIGEST: Field = Constant("{sha256}");
const RESPONSE: Field = Response(Scheme::Sha256);

/// What most lessons have in common.
const USUAL: Lesson = Lesson {
    name: "",
    title: "",
    server: "",
    client: "",
    port: 9527,
    key: "",
    to_server: Fields { once: &[], repeated: &[] },
    to_client: Fields { once: &[], repeated: &[] },
    token_reply: None,
    reply_prefix: "",
    quit: "",
    log: ": connected",
};

/// What lessons 5 and 6 have in common. A handshake has the headers that RFC 6455 requires, in any order and with others
/// among them.
const WEBSOCKET: Lesson = Lesson {
    server: "ws-server",
    client: "ws-client",
    to_server: Fields {
        once: &[
            RequestLine,
            Header(Some("Host")),
            Header(Some("Upgrade")),
            Header(Some("Connection")),
            Header(Some("Sec-WebSocket-Key")),
            Header(Some("Sec-WebSocket-Version")),
            EmptyLine,
        ],
        repeated: &[FrameHeader(None)],
    },
    to_client: Fields {
        once: &[
            StatusLine,
            Header(Some("Upgrade")),
            Header(Some("Connection")),
            Header(Some("Sec-WebSocket-Accept")),
            EmptyLine,
        ],
        repeated: &[FrameHeader(None)],
    },
    reply_prefix: "Server received: ",
    quit: "quit",
    ..USUAL
};

/// What the programs of lesson 8 have in common: on the wire, records are all that they have.
const TLS: Lesson = Lesson {
    to_server: Fields { once: &[], repeated: &[Record(None)] },
    to_client: Fields { once: &[], repeated: &[Record(None)] },
    quit: "quit",
    log: ": accepted, it holds the key",
    ..USUAL
};

impl Lesson {
    /// Finds a lesson by its name.
    pub fn named(name: &str) -> Option<Lesson> {
        LESSONS.into_iter().find(|lesson| lesson.name == name)
    }

    /// Returns the fields that go in this direction.
    pub fn fields(&self, direction: Direction) -> Fields {
        match direction {
            Direction::ToServer => self.to_server,
            Direction::ToClient => self.to_client,
        }
    }

    /// Returns whether its programs speak TLS.
    pub fn is_encrypted(&self) -> bool {
        self.to_server.repeated.first() == Some(&Record(None))
    }

    /// Returns whether its programs speak WebSocket.
    pub fn is_websocket(&self) -> bool {
        self.to_server.once.first() == Some(&RequestLine)
    }
}

impl Fields {
    /// Returns the field with this number. If there is none, only [`Field::Unexpected`] can come.
    pub(crate) fn get(self, number: usize) -> Field {
        let Some(after) = number.checked_sub(self.once.len()) else { return self.once[number] };
        match self.repeated.len() {
            0 => Field::Unexpected,
            len => self.repeated[after % len],
        }
    }
}

impl ValueEnum for Lesson {
    fn value_variants<'a>() -> &'a [Lesson] {
        &LESSONS
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let Lesson { title, server, client, .. } = self;
        Some(PossibleValue::new(self.name).help(format!("{title}: {server} and {client}")))
    }
}
