//! The clients at a terminal: a prompt, several ways to end, and a screen that no server can control.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr};

use anyhow::Result;
use programs::terminal::{Key, Screen, Terminal};
use programs::{Language, server_that, stay_silent};

use crate::common::{at_once, both, with_key};

#[test]
fn a_reply_appears_below_its_message_and_cannot_control_the_screen() -> Result<()> {
    at_once(both(&["line-client", "threaded-client"]), |(client, language)| {
        let address = server_that(|mut stream| {
            let _ = stream
                .read_exact(&mut [0; 5])
                .and_then(|()| stream.write_all("\x1b[2J\u{9b}2J\r>>>\u{202e}芝 ".as_bytes()))
                .and_then(|()| stream.write_all(b"\xff\xe4\xb8!"))
                .and_then(|()| stream.shutdown(Shutdown::Write));
            // A close with unread bytes might destroy the reply.
            stay_silent(stream);
        })?;
        let mut client = at_prompt(client, language, address)?;
        client.enter("hello")?;
        let screen = client.wait_until(|screen| screen.cursor == (2, 3))?;
        assert_eq!(screen.rows, [">>>hello", r"\u{1b}[2J\u{9b}2J\r>>>\u{202e}芝 \xff\xe4\xb8!", ">>>"], "{language:?}");
        Ok(())
    })
}

#[test]
fn a_client_that_ends_leaves_the_cursor_at_the_start_of_a_line() -> Result<()> {
    type End = fn(&mut Terminal) -> Result<()>;
    let ends: [(&str, End, &str); 5] = [
        ("quit", |client| client.enter("quit"), ">>>quit"),
        ("Ctrl-D", |client| client.press(Key::CTRL_D), ">>>"),
        ("Ctrl-C", |client| client.press(Key::CTRL_C), ">>>"),
        (
            "Ctrl-C in a line",
            |client| {
                client.type_text("half a li")?;
                client.wait_until(|screen| screen.rows == [">>>half a li"])?;
                client.press(Key::CTRL_C)
            },
            ">>>half a li",
        ),
        ("an empty line", |client| client.press(Key::ENTER), ">>>"),
    ];
    at_once(both(&["echo-client", "line-client", "threaded-client"]), |(name, language)| {
        for (what, end, left) in ends {
            // CPython sometimes loses a Ctrl-C that comes just before its readline waits for the next key.
            let not_here = what.starts_with("Ctrl-C") && language == Language::Python;
            if not_here || what == "an empty line" && name == "echo-client" {
                continue;
            }
            // The echo client connects before its first prompt, the others for each message.
            let server = match name {
                "echo-client" => server_that(|mut stream| {
                    let _ = stream.write_all(&[0; 32]);
                    stay_silent(stream);
                })?,
                _ => SocketAddr::from(([127, 0, 0, 1], 1)),
            };
            let mut client = at_prompt(name, language, server)?;
            end(&mut client)?;
            let (status, screen) = client.wait()?;
            assert_eq!(status.code(), Some(0), "{name} {language:?}: {what}");
            assert_eq!(screen, Screen { rows: vec![left.to_owned()], cursor: (1, 0) }, "{name} {language:?}: {what}");
        }
        Ok(())
    })
}

/// Starts a client and waits for its prompt: the terminal would echo what is typed before.
fn at_prompt(name: &str, language: Language, server: SocketAddr) -> Result<Terminal> {
    let mut client = Terminal::start(with_key(name, language, &["--connect", &server.to_string()])?)?;
    client.wait_until(|screen| screen.rows == [">>>"])?;
    Ok(client)
}
