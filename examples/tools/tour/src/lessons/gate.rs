use std::net::SocketAddr;

use anyhow::Result;
use auth::{Key, Scheme};
use cli::escape;
use wire::Direction::{ToClient, ToServer};
use wire::Field;

use super::Lesson;
use crate::expected::form;
use crate::happening::Player::{Client, Server};
use crate::play::{KEY_NOTE, Play};

pub(super) const LESSON: Lesson = Lesson {
    title: "The gate: who is calling?",
    idea: "A client shows that it holds the key, and does not send it. The server sends a nonce, random bytes that are \
           new each time. The client answers with HMAC-MD5(key, nonce), written in hexadecimal. The server computes \
           the same, and compares.",
    programs: &["gate-server", "gate-client"],
    page: "lesson-1-gate.md",
    commands: &[
        ("cargo run -p gate-server", "in one terminal"),
        ("cargo run -p gate-client", "in another"),
        ("OPEN_SESAME_KEY=guess cargo run -p gate-client", "with a wrong key"),
    ],
    play,
};

const TUTORIAL_KEY: &str = "老衲洗头用飘柔";
const WRONG_KEY: &str = "guess";

fn play(play: &mut Play) -> Result<()> {
    let key = Key::new(TUTORIAL_KEY)?;
    play.part(
        "The right key",
        "A nonce goes one way and an answer the other. No verdict comes back: only the server's terminal tells it.",
    )?;
    play.start_server("gate-server", &[], Some(KEY_NOTE))?;
    play.start_client("gate-client", None)?;
    play.says(Client, KEY_NOTE)?;
    let (nonce, answer, peer) = challenge(play, 1)?;
    let expected = Scheme::Md5Hex.response(&key, &nonce);
    play.check("the answer is HMAC-MD5 of that nonce, with the tutorial's key", answer == expected.as_bytes())?;
    play.says(Server, &format!("{peer}: accepted, it holds the key"))?;
    play.ends(1, ToClient)?;
    play.client_ends(0)?;

    play.part(
        "A wrong key",
        "This client's key is a guess. The nonce is another, and so is the answer; it looks like any other, but it is \
         not what the server computes.",
    )?;
    play.start_client("gate-client", Some(WRONG_KEY))?;
    let (second_nonce, answer, peer) = challenge(play, 2)?;
    play.check("the nonce is a new one", second_nonce != nonce)?;
    let (right, guessed) =
        (Scheme::Md5Hex.response(&key, &second_nonce), Scheme::Md5Hex.response(&Key::new(WRONG_KEY)?, &second_nonce));
    play.check("the answer is HMAC-MD5 of it with the key \"guess\"", answer == guessed.as_bytes())?;
    play.check("the tutorial's key would give another", answer != right.as_bytes())?;
    play.says(Server, &format!("{peer}: rejected, it does not hold the key"))?;
    play.ends(2, ToClient)?;
    play.client_ends(0)?;
    play.stop_server(&["gate-server served 2: 2 completed"])
}

/// From the connection to what the client says of its answer.
fn challenge(play: &mut Play, wire: u64) -> Result<(Vec<u8>, Vec<u8>, SocketAddr)> {
    let peer = play.opens(wire)?;
    let [nonce] = play.passes(wire, ToClient, [form(Field::Nonce)])?;
    let [answer] = play.passes(wire, ToServer, [form(Field::Response(Scheme::Md5Hex))])?;
    let answered = format!("responded to {} with {}", play.tap_address()?, escape(&answer));
    play.says(Client, &answered)?;
    play.says(Client, "the server does not send its verdict: see the server's terminal")?;
    Ok((nonce, answer, peer))
}
