use std::net::SocketAddr;

use anyhow::Result;
use cli::escape;
use wire::Direction::{ToClient, ToServer};
use wire::Field;

use super::Lesson;
use crate::expected::{form, message};
use crate::happening::Player::{Client, Server};
use crate::play::Play;

pub(super) const LESSON: Lesson = Lesson {
    title: "Threads: many clients at a time",
    idea: "The same service, but each client has a thread of the server to itself. The request has no line ending: it \
           is what the server reads at once. The server prints what it answers.",
    programs: &["threaded-server", "threaded-client"],
    page: "lesson-4-threads.md",
    commands: &[
        ("cargo run -p threaded-server", "in one terminal"),
        ("cargo run -p threaded-client", "in another"),
        ("nc 127.0.0.1 9527", "a silent client, in a third"),
    ],
    play,
};

fn play(play: &mut Play) -> Result<()> {
    play.part(
        "A message, a connection",
        "A message is sent as it is, and answered behind a stamp. The same text stands on three terminals: typed, \
         printed by the server, and printed by the client.",
    )?;
    play.start_server("threaded-server", &["--deadline", "30s"], None)?;
    play.start_client("threaded-client", None)?;
    for (wire, text) in (1..).zip(["hello", "many at a time"]) {
        play.types(text)?;
        let peer = play.opens(wire)?;
        be_answered(play, wire, peer, text)?;
    }

    play.part(
        "A client that says nothing",
        "As in lesson 3, a silent client is connected first, and may be silent for thirty seconds. It has a thread that \
         waits for it; the next client has another, and is answered at once.",
    )?;
    let silent = play.start_silent_client()?;
    play.opens(3)?;
    let typed = "is anybody there?";
    play.types(typed)?;
    let peer = play.opens(4)?;
    be_answered(play, 4, peer, typed)?;
    let is_open = play.is_open(3);
    play.check("the silent client is connected still", is_open)?;
    play.hangs_up(silent)?;
    play.ends(3, ToServer)?;
    play.ends(3, ToClient)?;
    play.types("")?;
    play.client_ends(0)?;
    play.stop_server(&["threaded-server served 4: 4 completed"])
}

fn be_answered(play: &mut Play, wire: u64, peer: SocketAddr, text: &str) -> Result<()> {
    play.passes(wire, ToServer, [message(text)])?;
    let printed = play.says(Server, &format!("{peer}: "))?;
    let answer = play.passes(wire, ToClient, [form(Field::Timestamp), message(text)])?.concat();
    play.check("the server sent what it printed", printed == format!("{peer}: {}", escape(&answer)))?;
    play.ends(wire, ToClient)?;
    play.says(Client, &escape(&answer))?;
    Ok(())
}
