//! All four pairings of Rust and Python complete, at both ports.

use crate::common;

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use auth::Key;
use common::WsServer;
use programs::{Language, run};
use token::Claims;

const TYPED: &str = "hello\n\n  open sesame, 芝麻开门  \nquit\nnot sent\n";
const ANSWERS: [&str; 2] = ["Server received: hello", "Server received: open sesame, 芝麻开门"];

#[test]
fn anyone_is_answered_at_the_first_port() -> Result<()> {
    for (of_server, of_client) in Language::PAIRINGS {
        let mut server = WsServer::start(of_server, &[])?;
        let url = format!("ws://{}", server.echo);
        let ended = run("ws-client", of_client, &["--connect", &url], TYPED.as_bytes())?;
        ensure!(ended.status.success() && ended.out() == ANSWERS, "{of_server:?}, {of_client:?}: {ended:?}");
        ensure!(ended.err().is_empty(), "{of_server:?}, {of_client:?}: {ended:?}");
        server.server.line(": connected")?;
        server.server.line(": disconnected")?;
        let (ended, log) = server.stop()?;
        ensure!(log.is_empty(), "{of_server:?}, {of_client:?}: {log:?}");
        ensure!(ended.out().iter().any(|line| line.starts_with("ws-server (echo) served 1: 1 completed")));
    }
    Ok(())
}

#[test]
fn the_holder_of_a_token_is_answered_at_the_second() -> Result<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64();
    let claims = Claims { user_id: "someone@example.com".to_owned(), exp: now + 600.0, nbf: None };
    let token = token::mint(&claims, &Key::new("secret_key")?)?;
    let file = std::env::temp_dir().join(format!("ws-server-token-{}", std::process::id()));
    fs::write(&file, format!("{token}\n"))?;
    let path = file.to_str().context("a path of UTF-8")?;
    for (of_server, of_client) in Language::PAIRINGS {
        let mut server = WsServer::start(of_server, &[])?;
        let url = format!("ws://{}", server.token);
        // From a file, from the first line of standard input, and typed like anything else.
        for (options, typed) in [
            (&["--token", path][..], TYPED.to_owned()),
            (&["--token", "-"], format!("{token}\n{TYPED}")),
            (&[], format!("{token}\n{TYPED}")),
        ] {
            let ended = run("ws-client", of_client, &[&["--connect", &url], options].concat(), typed.as_bytes())?;
            let answers = [&["Authenticated!"][..], &ANSWERS].concat();
            ensure!(ended.status.success() && ended.out() == answers, "{of_server:?}, {of_client:?}: {ended:?}");
            server.server.line(": someone@example.com is let in")?;
            server.server.line(": disconnected")?;
        }
        ensure!(server.stop()?.1.is_empty());
    }
    Ok(fs::remove_file(file)?)
}
