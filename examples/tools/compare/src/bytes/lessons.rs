//! What passes in each lesson: what is typed at the client, and what must then be on the wire. A new lesson is an entry in
//! [`LESSONS`].

use auth::{Key, Nonce, Scheme};

use super::websocket::Frame;

/// One lesson's conversation.
pub(crate) struct Lesson {
    pub(crate) title: &'static str,
    /// The programs, by their names in `examples/`.
    pub(crate) server: &'static str,
    pub(crate) client: &'static str,
    /// What is said, typed at the client line by line.
    pub(crate) texts: &'static [&'static str],
    /// The line after those, at which the client ends.
    pub(crate) ending: &'static str,
    /// What our server prints of the client, where the wire does not tell.
    pub(crate) server_prints: &'static str,
    /// The connections that there must be.
    pub(crate) wire: fn(&Lesson, token: &str) -> Vec<Wire>,
    /// How the client must answer the nonce, and with which key.
    pub(crate) handshake: Option<(Scheme, &'static str)>,
    /// To which of the server's ports the client connects.
    pub(crate) port: Port,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Port {
    Only,
    /// Of ws-server: for anyone.
    Echo,
    /// Of ws-server: for who says a token first.
    Token,
}

/// What must pass on one connection.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    pub(crate) to_server: Vec<Part>,
    pub(crate) to_client: Vec<Part>,
}

/// A part of what passes one way.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    /// Any 32 bytes.
    Nonce,
    /// What the key makes of the nonce.
    Answer,
    /// A time, by its form.
    Stamp,
    /// These bytes.
    Text(&'static str),
    /// A handshake for WebSocket, by its form.
    Request,
    /// The server's answer to it, with what the key makes.
    Agreement,
    /// A WebSocket frame, with any mask.
    Frame(Frame),
}

/// Whom the token names.
pub(crate) const USER: &str = "someone@example.com";
/// What the server says to a token that is well.
pub(crate) const LET_IN: &str = "Authenticated!";

pub(crate) const LESSONS: &[Lesson] = &[
    Lesson {
        title: "1. The gate",
        server: "gate-server",
        client: "gate-client",
        texts: &[],
        ending: "",
        server_prints: ": accepted, it holds the key",
        wire: |_, _| vec![Wire { to_server: vec![Part::Answer], to_client: vec![Part::Nonce] }],
        handshake: Some((Scheme::Md5Hex, "老衲洗头用飘柔")),
        port: Port::Only,
    },
    Lesson {
        title: "2. The echo",
        server: "echo-server",
        client: "echo-client",
        texts: &["hello", "open sesame, 芝麻开门 🚪"],
        ending: "quit",
        server_prints: ": accepted, it holds the key",
        wire: |lesson, _| {
            let mut wire = Wire { to_server: vec![Part::Answer], to_client: vec![Part::Nonce] };
            for text in lesson.texts {
                wire.to_server.push(Part::Text(text));
                wire.to_client.extend([Part::Stamp, Part::Text(text)]);
            }
            vec![wire]
        },
        handshake: Some((Scheme::Md5, "芝麻开门")),
        port: Port::Only,
    },
    Lesson {
        title: "3. Lines",
        server: "line-server",
        client: "line-client",
        texts: &["hello", "open sesame, 芝麻开门 🚪"],
        ending: "",
        server_prints: ": connected",
        wire: |lesson, _| one_connection_each(lesson, &[Part::Text("\r\n")]),
        handshake: None,
        port: Port::Only,
    },
    Lesson {
        title: "4. Threads",
        server: "threaded-server",
        client: "threaded-client",
        texts: &["hello", "open sesame, 芝麻开门 🚪"],
        ending: "",
        server_prints: "] hello",
        wire: |lesson, _| one_connection_each(lesson, &[]),
        handshake: None,
        port: Port::Only,
    },
    Lesson {
        title: "5. WebSocket",
        server: "ws-server",
        client: "ws-client",
        texts: &["hello", "open sesame, 芝麻开门 🚪"],
        ending: "quit",
        server_prints: ": disconnected",
        wire: |lesson, _| vec![websocket(lesson, None)],
        handshake: None,
        port: Port::Echo,
    },
    Lesson {
        title: "6. Tokens",
        server: "ws-server",
        client: "ws-client",
        texts: &["hello", "open sesame, 芝麻开门 🚪"],
        ending: "quit",
        server_prints: "someone@example.com is let in",
        wire: |lesson, token| vec![websocket(lesson, Some(token))],
        handshake: None,
        port: Port::Token,
    },
];

fn one_connection_each(lesson: &Lesson, line_ending: &[Part]) -> Vec<Wire> {
    let wire = |text| {
        let message = [&[Part::Text(text)], line_ending].concat();
        Wire { to_client: [&[Part::Stamp], &message[..]].concat(), to_server: message }
    };
    lesson.texts.iter().copied().map(wire).collect()
}

/// One connection: the handshake, the token if there is one, the messages, and the end, of which the client has the first word.
fn websocket(lesson: &Lesson, token: Option<&str>) -> Wire {
    let mut wire = Wire { to_server: vec![Part::Request], to_client: vec![Part::Agreement] };
    let mut pass = |asked, answered| {
        wire.to_server.push(Part::Frame(asked));
        wire.to_client.push(Part::Frame(answered));
    };
    if let Some(token) = token {
        pass(Frame::text(true, token), Frame::text(false, LET_IN));
    }
    for text in lesson.texts {
        pass(Frame::text(true, text), Frame::text(false, &format!("Server received: {text}")));
    }
    pass(Frame::close(true), Frame::close(false));
    wire
}

impl Lesson {
    /// Whether the program is the lesson's server or its client.
    pub(crate) fn has(&self, program: &str) -> bool {
        program == self.server || program == self.client
    }

    pub(crate) fn is_websocket(&self) -> bool {
        self.port != Port::Only
    }

    pub(crate) fn has_token(&self) -> bool {
        self.port == Port::Token
    }

    /// The port at which the tutorial's own server listens.
    pub(crate) fn tutorial_port(&self) -> u16 {
        match self.port {
            Port::Only => 9527,
            Port::Echo => 8765,
            Port::Token => 8888,
        }
    }

    /// All that is typed at the client.
    pub(crate) fn input(&self, token: &str) -> String {
        let token = self.has_token().then_some(&token);
        let lines = token.into_iter().chain(self.texts).chain([&self.ending]);
        lines.map(|line| format!("{line}\n")).collect()
    }

    /// What the client must show.
    pub(crate) fn answers(&self) -> impl Iterator<Item = &str> {
        self.has_token().then_some(LET_IN).into_iter().chain(self.texts.iter().copied())
    }

    /// The answer to what the server sent first, where the lesson has a handshake and that is a nonce.
    pub(crate) fn answer(&self, sent_by_server: &[u8]) -> Option<Vec<u8>> {
        let (scheme, key) = self.handshake?;
        let nonce: [u8; Nonce::LEN] = *sent_by_server.first_chunk()?;
        Some(scheme.response(&Key::new(key).ok()?, nonce).as_bytes().to_vec())
    }
}
