use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use auth::Key;
use token::Claims;
use wire::websocket::{Frame, REQUEST};

use super::gate::{random_key, warned};
use super::{Outcome, guesses};
use crate::target::{MAX_READ, Server, Setup, Target};

pub(super) fn page(target: &Target) -> Result<Vec<Outcome>> {
    let mut outcomes = vec![visit(target, &[])?];
    if !target.is_naive {
        outcomes.push(visit(target, &["--origin", "http://localhost:8000"])?);
    }
    Ok(outcomes)
}

fn visit(target: &Target, options: &[&str]) -> Result<Outcome> {
    let server = target.start("ws-server", &Setup { options, ..Setup::default() })?;
    let request = REQUEST.replacen("\r\n\r\n", "\r\nOrigin: https://evil.example\r\n\r\n", 1);
    let (_, status) = upgrade(&server, &request)?;
    target.tell(&format!("to a page from https://evil.example, the server says {status}"));
    Ok(match status.get(..3) {
        Some("101") => target.falls("served", "without --origin"),
        Some("403") => Outcome::Stands("with --origin"),
        _ => Outcome::Stands("refused"),
    })
}

pub(super) fn flood_log(target: &Target) -> Result<Vec<Outcome>> {
    const EVENTS: usize = 150;
    /// So many failures of one address a robust server logs per minute.
    const MAX_LINES: usize = 100;
    const FORGED: &str = "2018-05-10T22:00:19+00:00 ERROR admin is logged in";
    let server = target.start("ws-server", &Setup::default())?;
    for _ in 0..EVENTS {
        let (mut stream, status) = upgrade(&server, REQUEST)?;
        ensure!(status.starts_with("101"), "the server says {status}");
        stream.write_all(&Frame::close(1011, &format!("bye\n{FORGED}")).masked([0; 4]).encode())?;
        stream.take(MAX_READ).read_to_end(&mut Vec::new())?;
    }
    target.tell(&format!("closed {EVENTS} sessions, each with a line break in the reason"));
    let Some(started) = &server.started else { return Ok(vec![Outcome::Look("at websocket_errors.log")]) };
    // The server writes a line after it has closed the connection.
    sleep(Duration::from_millis(500));
    let log = fs::read_to_string(started.folder.join("websocket_errors.log"))?;
    target.tell(&format!("the log has {} lines", log.lines().count()));
    Ok(vec![match log.lines().count() {
        _ if log.lines().any(|line| line.starts_with(FORGED)) => Outcome::Falls("forged lines"),
        MAX_LINES => Outcome::Stands("escaped, capped"),
        ..MAX_LINES => Outcome::Falls("lines are lost"),
        _ => Outcome::Falls("grows without end"),
    }])
}

pub(super) fn forge(target: &Target) -> Result<Vec<Outcome>> {
    let mut outcomes = vec![forge_token(target, None)?];
    if !target.is_naive {
        outcomes.push(forge_token(target, Some(&random_key()?))?);
    }
    Ok(outcomes)
}

fn forge_token(target: &Target, key: Option<&str>) -> Result<Outcome> {
    let server = target.start("ws-server", &Setup { key, asks_for_token: true, ..Setup::default() })?;
    let now = SystemTime::now();
    let exp = now.duration_since(UNIX_EPOCH)?.as_secs_f64().round() + 60.0;
    let claims = |user: &str| Claims { user_id: user.to_owned(), exp, nbf: None };
    // Captured on its way to the server, where nothing encrypts it.
    let captured = token::mint(&claims("someone@example.com"), &Key::new(key.unwrap_or("secret_key"))?)?;
    target.tell(&format!("captured {captured}"));
    let is_key = |guess: &String| Key::new(guess.as_str()).is_ok_and(|key| token::check(&captured, &key, now).is_ok());
    let Some(found) = guesses().find(is_key) else {
        target.tell("no guess is the key");
        return Ok(Outcome::Stands("random key"));
    };
    let forged = token::mint(&claims("admin@example.com"), &Key::new(found.as_str())?)?;
    target.tell(&format!("the key is {found}; forged {forged}"));
    let (mut stream, status) = upgrade(&server, REQUEST)?;
    ensure!(status.starts_with("101"), "the server says {status}");
    stream.write_all(&Frame::text(&forged).masked([0; 4]).encode())?;
    let reply = Frame::read_from(&mut stream).context("the server does not reply")?;
    if reply == Frame::close(1008, "the token's signature is wrong") {
        target.tell("the server closes with 1008: the token's signature is wrong");
        return Ok(Outcome::Stands("another key"));
    }
    let reply = String::from_utf8_lossy(&reply.payload).into_owned();
    target.tell(&format!("the server says {reply}"));
    ensure!(
        reply == "Authenticated!",
        "the server says {reply:?}: this attack is for the port of ws-server that asks for a token"
    );
    Ok(Outcome::Falls(if warned(server)? { "key is public" } else { "let in as admin" }))
}

/// Sends the request for a WebSocket session, and returns the status of the response.
fn upgrade(server: &Server, request: &str) -> Result<(TcpStream, String)> {
    let mut stream = server.connect()?;
    stream.write_all(request.as_bytes())?;
    let mut response = String::new();
    let mut reader = BufReader::with_capacity(1, (&stream).take(MAX_READ));
    while !response.ends_with("\r\n\r\n") && reader.read_line(&mut response)? > 0 {}
    let status = response.lines().next().and_then(|line| line.strip_prefix("HTTP/1.1 "));
    let status = status.with_context(|| format!("{} does not speak WebSocket", server.address))?.to_owned();
    Ok((stream, status))
}
