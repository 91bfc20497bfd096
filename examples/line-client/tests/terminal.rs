//! At a terminal: a prompt, a tidy end, and a screen that no peer writes to.

use std::io::{Read, Write};
use std::net::SocketAddr;

use anyhow::Result;
use programs::{Language, Server, command, server_that};
use terminal::{Key, Screen, Terminal};

#[test]
fn each_line_is_answered_under_it() -> Result<()> {
    let server = Server::start("line-server", Language::Rust, &[])?;
    let mut client = client(server.address)?;
    client.type_text("芝开")?;
    client.press(Key::Left)?;
    client.enter("麻")?;
    let screen = client.wait_until(|screen| screen.cursor == (2, 3))?;
    assert_eq!(screen.rows[0], ">>>芝麻开");
    assert_eq!(screen.rows[1].split_once("] ").map(|(_, text)| text), Some("芝麻开"));
    assert_eq!(screen.rows[2..], [">>>"]);
    Ok(())
}

#[test]
fn an_empty_line_ends() -> Result<()> {
    ends(&Language::ALL, |client| client.press(Key::Enter), ">>>")
}

#[test]
fn quit_ends() -> Result<()> {
    ends(&Language::ALL, |client| client.enter("quit"), ">>>quit")
}

#[test]
fn ctrl_d_ends() -> Result<()> {
    ends(&Language::ALL, |client| client.press(Key::CtrlD), ">>>")
}

#[test]
fn ctrl_c_ends() -> Result<()> {
    // CPython now and then loses one that comes just before its readline waits for the next key.
    ends(&[Language::Rust], |client| client.press(Key::CtrlC), ">>>")
}

#[test]
fn what_a_peer_sends_does_not_act_on_the_screen() -> Result<()> {
    let address = server_that(|mut stream| {
        let mut request = [0; 7];
        let _ = stream
            .read_exact(&mut request)
            .and_then(|()| stream.write_all("\x1b[2J\u{9b}2J\r>>>\u{202e}芝 ".as_bytes()))
            .and_then(|()| stream.write_all(b"\xff\xe4\xb8!"));
    })?;
    let mut client = client(address)?;
    client.enter("hello")?;
    let screen = client.wait_until(|screen| screen.cursor == (2, 3))?;
    assert_eq!(screen.rows, [">>>hello", r"\u{1b}[2J\u{9b}2J\r>>>\u{202e}芝 \xff\xe4\xb8!", ">>>"]);
    Ok(())
}

/// However it is done, the client ends well, and leaves the cursor on a line of its own.
fn ends(languages: &[Language], end: impl Fn(&mut Terminal) -> Result<()>, left: &str) -> Result<()> {
    for &language in languages {
        // No server is called before there is a line for it.
        let mut client = client_in(language, SocketAddr::from(([127, 0, 0, 1], 1)))?;
        end(&mut client)?;
        let (status, screen) = client.wait()?;
        assert_eq!(status.code(), Some(0), "{language:?}");
        assert_eq!(screen, Screen { rows: vec![left.to_owned()], cursor: (1, 0) }, "{language:?}");
    }
    Ok(())
}

/// A client at its first prompt: what is typed before would be shown twice.
fn client(server: SocketAddr) -> Result<Terminal> {
    client_in(Language::Rust, server)
}

fn client_in(language: Language, server: SocketAddr) -> Result<Terminal> {
    let mut command = command("line-client", language)?;
    command.args(["--connect", &server.to_string()]);
    let mut client = Terminal::start(command)?;
    client.wait_until(|screen| screen.rows == [">>>"])?;
    Ok(client)
}
