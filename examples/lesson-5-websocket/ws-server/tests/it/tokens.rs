//! Who may in at the second port: each token has its own clear outcome, and none is written down anywhere. What is wrong
//! with a token in itself is tested case by case in crates/token.

use crate::common;

use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use auth::Key;
use common::{BINARY, CLOSE, FIN, Raw, TEXT, WsServer, frame};
use programs::Language;
use token::Claims;

const KEY: &str = "secret_key";

/// A token for someone, that begins and ends so many seconds from now.
fn token(user: &str, key: &str, begins: f64, ends: f64) -> Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64();
    let claims = Claims { user_id: user.to_owned(), exp: (now + ends).round(), nbf: Some((now + begins).round()) };
    token::mint(&claims, &Key::new(key)?).context("a token")
}

fn part(token: &str, number: usize) -> &str {
    token.split('.').nth(number).unwrap_or_default()
}

#[test]
fn the_holder_of_a_right_one_is_let_in_and_may_stay() -> Result<()> {
    for language in Language::ALL {
        let mut server = WsServer::start(language, &[])?;
        let mut client = Raw::connect(server.token)?;
        // No user writes a line of his own at the operator's terminal.
        ensure!(client.asks(&token("门\n\x1b[2J", KEY, -60.0, 60.0)?)? == "Authenticated!");
        ensure!(client.asks("hello")? == "Server received: hello", "{language:?}");
        let line = server.server.line(" is let in")?;
        ensure!(line.ends_with(r": 门\n\u{1b}[2J is let in"), "{language:?}: {line}");
        client.send(FIN | CLOSE, &1000_u16.to_be_bytes())?;
        ensure!(client.closed()?.0 == 1000);
        ensure!(server.stop()?.1.is_empty(), "{language:?}");
    }
    Ok(())
}

#[test]
fn the_holder_of_another_learns_why_not_and_nobody_learns_the_token() -> Result<()> {
    let right = token("someone@example.com", KEY, -60.0, 60.0)?;
    let other = token("another@example.com", KEY, -60.0, 60.0)?;
    let tampered = [part(&right, 0), part(&other, 1), part(&right, 2)].join(".");
    // {"alg":"none"}
    let unsigned = ["eyJhbGciOiJub25lIn0", part(&right, 1), ""].join(".");
    let signature = "the token's signature is wrong";
    let cases = [
        (token("someone@example.com", "another key", -60.0, 60.0)?, signature),
        (tampered, signature),
        (unsigned, "the token is not signed with HS256"),
        (token("someone@example.com", KEY, 60.0, 120.0)?, "the token is not valid yet (nbf)"),
        (token("", KEY, -60.0, 60.0)?, "the token does not name a user (user_id)"),
        ("hello".to_owned(), "not a valid JWT"),
        (String::new(), "not a valid JWT"),
        (format!("{right}{}", "A".repeat(8192)), "the token is longer than 8192 bytes"),
        ("A".repeat(1 << 20), "the token is longer than 8192 bytes"),
    ];
    for language in Language::ALL {
        let server = WsServer::start(language, &[])?;
        let mut good = Raw::connect(server.token)?;
        ensure!(good.asks(&right)? == "Authenticated!");
        for (token, reason) in &cases {
            let mut client = Raw::connect(server.token)?;
            // The server need not read to the end what is too long.
            let _ = client.0.write_all(&frame(FIN | TEXT, token.as_bytes()));
            let closed = client.closed().with_context(|| format!("{language:?}: {reason}"))?;
            ensure!(closed == (1008, (*reason).to_owned()), "{language:?}: {closed:?}");
            ensure!(good.asks("still there?")? == "Server received: still there?");
        }
        let mut binary = Raw::connect(server.token)?;
        binary.send(FIN | BINARY, right.as_bytes())?;
        ensure!(binary.closed()? == (1008, "a token is text".to_owned()), "{language:?}");
        drop(good);
        let (ended, log) = server.stop()?;
        for (_, reason) in &cases {
            let line = format!(" token: closed with 1008: {reason}");
            ensure!(log.iter().any(|written| written.ends_with(&line)), "{language:?}: {reason}: {log:#?}");
        }
        let said = ended.lines.iter().map(|line| &line.text).chain(&log).map(String::as_str).collect::<String>();
        for secret in cases.iter().map(|(token, _)| token).chain([&right]).filter(|token| token.contains('.')) {
            for part in secret.split('.').filter(|part| !part.is_empty()) {
                ensure!(!said.contains(part), "{language:?}: {part} is told: {said}");
            }
        }
    }
    Ok(())
}

#[test]
fn the_holder_of_an_expired_one_is_told_in_the_tutorials_words() -> Result<()> {
    for language in Language::ALL {
        let server = WsServer::start(language, &[])?;
        let mut client = Raw::connect(server.token)?;
        ensure!(client.asks(&token("someone@example.com", KEY, -60.0, -1.0)?)? == "Token Expired", "{language:?}");
        ensure!(client.closed()? == (1000, String::new()), "{language:?}");
        drop(client);
        let (_, log) = server.stop()?;
        ensure!(
            log.iter().all(|line| line.ends_with(" token: Token Expired: closed with 1000")),
            "{language:?}: {log:?}"
        );
    }
    Ok(())
}

#[test]
fn one_key_for_two_is_the_users_own() -> Result<()> {
    const OWN: &str = "a key of one's own, of 32 bytes or more";
    let file = std::env::temp_dir().join(format!("ws-server-key-{}", std::process::id()));
    std::fs::write(&file, OWN)?;
    let path = file.to_str().context("a path of UTF-8")?;
    for language in Language::ALL {
        let server = WsServer::start(language, &["--key-file", path])?;
        let mut client = Raw::connect(server.token)?;
        ensure!(client.asks(&token("someone@example.com", OWN, -60.0, 60.0)?)? == "Authenticated!", "{language:?}");
        let mut stranger = Raw::connect(server.token)?;
        stranger.send(FIN | TEXT, token("someone@example.com", KEY, -60.0, 60.0)?.as_bytes())?;
        ensure!(stranger.closed()?.0 == 1008, "{language:?}");
        server.stop()?;
    }
    Ok(std::fs::remove_file(file)?)
}

#[test]
fn one_who_shows_none_is_told_so_at_the_deadline_whatever_else_he_says() -> Result<()> {
    for language in Language::ALL {
        let server = WsServer::start(language, &["--deadline", "500ms"])?;
        let mut silent = Raw::connect(server.token)?;
        let mut talker = Raw::connect(server.token)?;
        talker.send(TEXT, b"eyJ")?;
        for client in [&mut silent, &mut talker] {
            ensure!(client.closed()? == (1008, "no token within 500ms".to_owned()), "{language:?}");
        }
        drop((silent, talker));
        let (ended, log) = server.stop()?;
        ensure!(log.len() == 2, "{language:?}: {log:?}");
        let token = ended.out().into_iter().find(|line| line.contains("(token) served")).unwrap_or_default();
        ensure!(token.contains("served 2: 0 completed, 2 timed out, 0 failed"), "{language:?}: {token}");
    }
    Ok(())
}
