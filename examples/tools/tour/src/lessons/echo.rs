use std::net::SocketAddr;

use anyhow::Result;
use auth::{Key, Scheme};
use cli::escape;
use wire::Direction::{ToClient, ToServer};
use wire::Field;

use super::Lesson;
use crate::expected::{form, message};
use crate::happening::Player::{Client, Server};
use crate::play::{KEY_NOTE, Play};

pub(super) const LESSON: Lesson = Lesson {
    title: "The echo: who is let in may stay",
    idea: "The same challenge, but the answer goes as HMAC's 16 bytes, and whoever gives the right one may stay. What \
           it says then comes back with a stamp, the time, before it.",
    programs: &["echo-server", "echo-client"],
    page: "lesson-2-echo.md",
    commands: &[
        ("cargo run -p echo-server", "in one terminal"),
        ("cargo run -p echo-client", "in another"),
        ("OPEN_SESAME_KEY=guess cargo run -p echo-client", "with a wrong key"),
    ],
    play,
};

const TUTORIAL_KEY: &str = "芝麻开门";
const WRONG_KEY: &str = "guess";

fn play(play: &mut Play) -> Result<()> {
    let key = Key::new(TUTORIAL_KEY)?;
    play.part(
        "The right key",
        "After the right answer the server says nothing: it waits for a message. Each comes back behind a stamp. On \
         the wire nothing is hidden; the key proved who calls, but what follows is plain text.",
    )?;
    play.start_server("echo-server", &[], Some(KEY_NOTE))?;
    play.start_client("echo-client", None)?;
    play.says(Client, KEY_NOTE)?;
    let (nonce, answer, peer) = challenge(play, 1)?;
    let expected = Scheme::Md5.response(&key, nonce);
    play.check("the answer is HMAC-MD5 of that nonce, with the tutorial's key", answer == expected.as_bytes())?;
    play.says(Server, &format!("{peer}: accepted, it holds the key"))?;
    for text in ["hello", "open sesame, 芝麻开门"] {
        play.types(text)?;
        play.passes(1, ToServer, [message(text)])?;
        let echo = play.passes(1, ToClient, [form(Field::Timestamp), message(text)])?;
        play.says(Client, &escape(&echo.concat()))?;
    }
    play.types("quit")?;
    play.ends(1, ToServer)?;
    play.says(Server, &format!("{peer}: disconnected"))?;
    play.ends(1, ToClient)?;
    play.client_ends(0)?;

    play.part(
        "A wrong key",
        "The server says nothing here either: it closes. The client learns of it when it sends its first message.",
    )?;
    play.start_client("echo-client", Some(WRONG_KEY))?;
    let (nonce, answer, peer) = challenge(play, 2)?;
    let expected = Scheme::Md5.response(&key, nonce);
    play.check("the tutorial's key would give another answer", answer != expected.as_bytes())?;
    play.says(Server, &format!("{peer}: rejected, it does not hold the key"))?;
    play.ends(2, ToClient)?;
    play.types("hello")?;
    play.passes(2, ToServer, [message("hello")])?;
    let refused = format!("echo-client: {} rejected our response and closed the connection", play.tap_address()?);
    play.says(Client, &refused)?;
    play.client_ends(1)?;
    play.stop_server(&["echo-server served 2: 2 completed"])
}

fn challenge(play: &mut Play, wire: u64) -> Result<(Vec<u8>, Vec<u8>, SocketAddr)> {
    let peer = play.opens(wire)?;
    let [nonce] = play.passes(wire, ToClient, [form(Field::Nonce)])?;
    let [answer] = play.passes(wire, ToServer, [form(Field::Response(Scheme::Md5))])?;
    Ok((nonce, answer, peer))
}
