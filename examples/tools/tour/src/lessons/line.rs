use std::time::{Duration, Instant};

use anyhow::Result;
use cli::escape;
use wire::Direction::{ToClient, ToServer};
use wire::Field;

use super::Lesson;
use crate::expected::{form, line_ending, message};
use crate::happening::Player::{Client, Server};
use crate::play::Play;

pub(super) const LESSON: Lesson = Lesson {
    title: "Lines: one client after another",
    idea: "No key here: the question is how a server serves many. This one takes a line from a client, answers it with \
           a stamp before it, closes, and only then looks at the next client.",
    programs: &["line-server", "line-client"],
    page: "lesson-3-lines.md",
    commands: &[
        ("cargo run -p line-server", "in one terminal"),
        ("cargo run -p line-client", "in another"),
        ("nc 127.0.0.1 9527", "a silent client, in a third"),
    ],
    play,
};

const DEADLINE: Duration = Duration::from_secs(1);

fn play(play: &mut Play) -> Result<()> {
    play.part(
        "A line, a connection",
        "For each line the client opens a connection of its own. The two bytes behind the text, 0d 0a, tell the \
         server that the line is whole; the server's end tells the client that the answer is.",
    )?;
    play.start_server("line-server", &["--deadline", "1s"], None)?;
    play.start_client("line-client", None)?;
    for (wire, text) in (1..).zip(["hello", "hello again"]) {
        play.types(text)?;
        let peer = play.opens(wire)?;
        play.passes(wire, ToServer, [message(text), line_ending()])?;
        play.says(Server, &format!("{peer}: connected"))?;
        be_answered(play, wire, text)?;
    }

    play.part(
        "A client that says nothing",
        "It is connected first, so the server waits for its line, and the next client waits too: until the deadline, \
         one second here, when the server cuts the silent one off. Without a deadline, all would wait for ever.",
    )?;
    let begun = Instant::now();
    let silent = play.start_silent_client()?;
    let silent_peer = play.opens(3)?;
    play.says(Server, &format!("{silent_peer}: connected"))?;
    let typed = "is anybody there?";
    play.types(typed)?;
    let peer = play.opens(4)?;
    play.passes(4, ToServer, [message(typed), line_ending()])?;
    play.says(Server, &format!("{silent_peer}: the deadline passed"))?;
    play.ends(3, ToClient)?;
    play.says(Server, &format!("{peer}: connected"))?;
    be_answered(play, 4, typed)?;
    let waited = begun.elapsed();
    play.check(
        &format!("the answer came {:.1} s after the silent client did", waited.as_secs_f32()),
        waited >= DEADLINE,
    )?;
    play.hangs_up(silent)?;
    play.ends(3, ToServer)?;
    play.types("")?;
    play.client_ends(0)?;
    play.stop_server(&["line-server served 4: 3 completed, 1 timed out"])
}

fn be_answered(play: &mut Play, wire: u64, text: &str) -> Result<()> {
    let [stamp, text, _] = play.passes(wire, ToClient, [form(Field::Timestamp), message(text), line_ending()])?;
    play.ends(wire, ToClient)?;
    play.says(Client, &escape(&[stamp, text].concat()))?;
    Ok(())
}
