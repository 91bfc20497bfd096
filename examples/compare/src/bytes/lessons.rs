//! What passes in each lesson: what is typed at the client, and what must then be on the wire. A new lesson is an entry in
//! [`LESSONS`].

use auth::{Key, Nonce, Scheme};

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
    pub(crate) wire: fn(&Lesson) -> Vec<Wire>,
    /// How the client must answer the nonce, and with which key.
    pub(crate) handshake: Option<(Scheme, &'static str)>,
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
}

pub(crate) const LESSONS: &[Lesson] = &[
    Lesson {
        title: "1. The gate",
        server: "gate-server",
        client: "gate-client",
        texts: &[],
        ending: "",
        server_prints: ": accepted, it holds the key",
        wire: |_| vec![Wire { to_server: vec![Part::Answer], to_client: vec![Part::Nonce] }],
        handshake: Some((Scheme::Md5Hex, "老衲洗头用飘柔")),
    },
    Lesson {
        title: "2. The echo",
        server: "echo-server",
        client: "echo-client",
        texts: &["hello", "open sesame, 芝麻开门 🚪"],
        ending: "quit",
        server_prints: ": accepted, it holds the key",
        wire: |lesson| {
            let mut wire = Wire { to_server: vec![Part::Answer], to_client: vec![Part::Nonce] };
            for text in lesson.texts {
                wire.to_server.push(Part::Text(text));
                wire.to_client.extend([Part::Stamp, Part::Text(text)]);
            }
            vec![wire]
        },
        handshake: Some((Scheme::Md5, "芝麻开门")),
    },
    Lesson {
        title: "3. Lines",
        server: "line-server",
        client: "line-client",
        texts: &["hello", "open sesame, 芝麻开门 🚪"],
        ending: "",
        server_prints: ": connected",
        wire: |lesson| one_connection_each(lesson, &[Part::Text("\r\n")]),
        handshake: None,
    },
    Lesson {
        title: "4. Threads",
        server: "threaded-server",
        client: "threaded-client",
        texts: &["hello", "open sesame, 芝麻开门 🚪"],
        ending: "",
        server_prints: "] hello",
        wire: |lesson| one_connection_each(lesson, &[]),
        handshake: None,
    },
];

fn one_connection_each(lesson: &Lesson, line_ending: &[Part]) -> Vec<Wire> {
    let wire = |text| {
        let message = [&[Part::Text(text)], line_ending].concat();
        Wire { to_client: [&[Part::Stamp], &message[..]].concat(), to_server: message }
    };
    lesson.texts.iter().copied().map(wire).collect()
}

impl Lesson {
    /// Whether the program is the lesson's server or its client.
    pub(crate) fn has(&self, program: &str) -> bool {
        program == self.server || program == self.client
    }

    /// All that is typed at the client.
    pub(crate) fn input(&self) -> String {
        let lines = self.texts.iter().chain([&self.ending]);
        lines.map(|line| format!("{line}\n")).collect()
    }

    /// The answer to what the server sent first, where the lesson has a handshake and that is a nonce.
    pub(crate) fn answer(&self, sent_by_server: &[u8]) -> Option<Vec<u8>> {
        let (scheme, key) = self.handshake?;
        let nonce: [u8; Nonce::LEN] = *sent_by_server.first_chunk()?;
        Some(scheme.answer(&Key::new(key).ok()?, nonce).as_bytes().to_vec())
    }
}
