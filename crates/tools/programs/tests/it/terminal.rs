//! The clients at a terminal: a prompt, a tidy end, and a screen that no peer writes to.

use crate::common;

use std::io::{Read, Write};
use std::net::SocketAddr;

use anyhow::Result;
use common::both;
use programs::terminal::{Key, Screen, Terminal};
use programs::{Language, Server, command, server_that};

/// They call the server when they have something to send, and the server answers once.
const ONE_SHOT: [(&str, &str); 2] = [("line-client", "line-server"), ("threaded-client", "threaded-server")];

#[test]
fn each_message_is_answered_under_it() -> Result<()> {
    for (client, server) in ONE_SHOT {
        let server = Server::start(server, Language::Rust, &[])?;
        let mut client = at_prompt(client, Language::Rust, server.address)?;
        client.type_text("芝开")?;
        client.press(Key::Left)?;
        client.enter("麻")?;
        let screen = client.wait_until(|screen| screen.cursor == (2, 3))?;
        assert_eq!(screen.rows[0], ">>>芝麻开");
        assert_eq!(screen.rows[1].split_once("] ").map(|(_, text)| text), Some("芝麻开"));
        assert_eq!(screen.rows[2..], [">>>"]);
    }
    Ok(())
}

#[test]
fn what_a_peer_sends_does_not_act_on_the_screen() -> Result<()> {
    for ((client, _), language) in ONE_SHOT.into_iter().flat_map(|pair| Language::ALL.map(|l| (pair, l))) {
        let address = server_that(|mut stream| {
            let _ = stream
                .read_exact(&mut [0; 5])
                .and_then(|()| stream.write_all("\x1b[2J\u{9b}2J\r>>>\u{202e}芝 ".as_bytes()))
                .and_then(|()| stream.write_all(b"\xff\xe4\xb8!"));
            // Closed with something unread, its answer might be lost.
            let _ = stream.shutdown(std::net::Shutdown::Write).and_then(|()| stream.read_to_end(&mut Vec::new()));
        })?;
        let mut client = at_prompt(client, language, address)?;
        client.enter("hello")?;
        let screen = client.wait_until(|screen| screen.cursor == (2, 3))?;
        assert_eq!(screen.rows, [">>>hello", r"\u{1b}[2J\u{9b}2J\r>>>\u{202e}芝 \xff\xe4\xb8!", ">>>"], "{language:?}");
    }
    Ok(())
}

#[test]
fn an_empty_line_ends_the_one_shot_clients() -> Result<()> {
    both(&ONE_SHOT.map(|(client, _)| client))
        .try_for_each(|client| ends(client, |client| client.press(Key::Enter), ">>>"))
}

const WITH_PROMPT: [&str; 3] = ["echo-client", "line-client", "threaded-client"];

#[test]
fn quit_ends() -> Result<()> {
    both(&WITH_PROMPT).try_for_each(|client| ends(client, |client| client.enter("quit"), ">>>quit"))
}

#[test]
fn ctrl_d_ends() -> Result<()> {
    both(&WITH_PROMPT).try_for_each(|client| ends(client, |client| client.press(Key::CtrlD), ">>>"))
}

#[test]
fn ctrl_c_ends() -> Result<()> {
    // CPython now and then loses one that comes just before its readline waits for the next key.
    let rust = both(&WITH_PROMPT).filter(|(_, language)| *language == Language::Rust);
    rust.clone().try_for_each(|client| ends(client, |client| client.press(Key::CtrlC), ">>>"))?;
    let in_the_middle = |client: &mut Terminal| {
        client.type_text("half a li")?;
        client.wait_until(|screen| screen.rows == [">>>half a li"])?;
        client.press(Key::CtrlC)
    };
    rust.clone().try_for_each(|client| ends(client, in_the_middle, ">>>half a li"))
}

/// However it is done, the client ends well, and leaves the cursor on a line of its own.
fn ends((name, language): (&str, Language), end: impl Fn(&mut Terminal) -> Result<()>, left: &str) -> Result<()> {
    // The echo client needs a server to get as far as its prompt; the others call none before there is a message.
    let server = match name {
        "echo-client" => server_that(|mut stream| {
            let _ = stream.write_all(&[0; 32]).and_then(|()| stream.read_to_end(&mut Vec::new()));
        })?,
        _ => SocketAddr::from(([127, 0, 0, 1], 1)),
    };
    let mut client = at_prompt(name, language, server)?;
    end(&mut client)?;
    let (status, screen) = client.wait()?;
    assert_eq!(status.code(), Some(0), "{name} {language:?}");
    assert_eq!(screen, Screen { rows: vec![left.to_owned()], cursor: (1, 0) }, "{name} {language:?}");
    Ok(())
}

/// A client at its first prompt: what is typed before would be shown twice.
fn at_prompt(name: &str, language: Language, server: SocketAddr) -> Result<Terminal> {
    let mut command = command(name, language)?;
    command.args(["--connect", &server.to_string()]).env("OPEN_SESAME_KEY", "a key");
    let mut client = Terminal::start(command)?;
    client.wait_until(|screen| screen.rows == [">>>"])?;
    Ok(client)
}
