//! The second port: who is accepted, what others receive, and that tokens are not logged. crates/token tests what makes a
//! token valid.

use std::fs;
use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use auth::Key;
use token::Claims;
use wire::websocket::{BINARY, FIN, TEXT};

use crate::common::{Client, frame, with_each};

const KEY: &str = "secret_key";

/// A token for a user, valid from and until so many seconds from now.
pub fn mint(user: &str, key: &str, from: f64, until: f64) -> Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64();
    let claims = Claims { user_id: user.to_owned(), exp: (now + until).round(), nbf: Some((now + from).round()) };
    token::mint(&claims, &Key::new(key)?).context("cannot mint")
}

fn part(token: &str, number: usize) -> &str {
    token.split('.').nth(number).unwrap_or_default()
}

#[test]
fn a_client_with_a_valid_token_stays() -> Result<()> {
    with_each(&[], |mut server| {
        let mut client = Client::connect(server.token)?;
        // A user's name cannot change what is on the operator's terminal.
        ensure!(client.ask(&mint("门\n\x1b[2J", KEY, -60.0, 60.0)?)? == "Authenticated!");
        client.assert_echoes("hello")?;
        let line = server.line(": authenticated as ")?;
        ensure!(line.ends_with(r": authenticated as 门\n\u{1b}[2J"), "{line}");
        client.close()?;
        ensure!(server.stop()?.log.is_empty());
        Ok(())
    })
}

#[test]
fn other_clients_receive_the_reason_and_no_token_is_logged() -> Result<()> {
    let valid = mint("someone@example.com", KEY, -60.0, 60.0)?;
    let other = mint("another@example.com", KEY, -60.0, 60.0)?;
    let tampered = [part(&valid, 0), part(&other, 1), part(&valid, 2)].join(".");
    // {"alg":"none"}
    let unsigned = ["eyJhbGciOiJub25lIn0", part(&valid, 1), ""].join(".");
    let signature = "the token's signature is wrong";
    let cases = [
        (mint("someone@example.com", "another key", -60.0, 60.0)?, signature),
        (tampered, signature),
        (unsigned, "the token is not signed with HS256"),
        (mint("someone@example.com", KEY, 60.0, 120.0)?, "the token is not valid yet (nbf)"),
        (mint("", KEY, -60.0, 60.0)?, "the token does not name a user (user_id)"),
        ("hello".to_owned(), "not a valid JWT"),
        (String::new(), "not a valid JWT"),
        (format!("{valid}{}", "A".repeat(8192)), "the token is longer than 8192 bytes"),
        ("A".repeat(1 << 20), "the token is longer than 8192 bytes"),
    ];
    with_each(&[], |server| {
        let mut authenticated = Client::connect(server.token)?;
        ensure!(authenticated.ask(&valid)? == "Authenticated!");
        for (token, reason) in &cases {
            let mut client = Client::connect(server.token)?;
            // The server may close before it has read a long token to its end.
            let _ = client.0.write_all(&frame(FIN | TEXT, token.as_bytes()));
            ensure!(client.assert_closed(1008).with_context(|| (*reason).to_owned())? == *reason);
            authenticated.assert_echoes("still there?")?;
        }
        let mut client = Client::connect(server.token)?;
        client.send(FIN | BINARY, valid.as_bytes())?;
        ensure!(client.assert_closed(1008)? == "the token must be a text message");
        drop(authenticated);
        let stopped = server.stop_when_idle()?;
        for (_, reason) in &cases {
            let line = format!(" token: closed with 1008: {reason}");
            ensure!(stopped.log.iter().any(|logged| logged.ends_with(&line)), "{reason}: {:#?}", stopped.log);
        }
        let all_output = [stopped.out, stopped.err, stopped.log].concat().concat();
        let tokens = cases.iter().map(|case| &case.0).chain([&valid]).filter(|token| token.contains('.'));
        for part in tokens.flat_map(|token| token.split('.')).filter(|part| !part.is_empty()) {
            ensure!(!all_output.contains(part), "{part} is in {all_output}");
        }
        Ok(())
    })
}

#[test]
fn an_expired_token_has_the_tutorials_reply() -> Result<()> {
    with_each(&[], |server| {
        let mut client = Client::connect(server.token)?;
        ensure!(client.ask(&mint("someone@example.com", KEY, -60.0, -1.0)?)? == "Token Expired");
        ensure!(client.assert_closed(1000)?.is_empty());
        drop(client);
        let log = server.stop_when_idle()?.log;
        ensure!(log.len() == 1 && log[0].ends_with(" token: Token Expired: closed with 1000"), "{log:?}");
        Ok(())
    })
}

#[test]
fn the_users_own_key_replaces_the_tutorials() -> Result<()> {
    const OWN: &str = "the user's own key, of 32 bytes or more";
    let file = std::env::temp_dir().join(format!("ws-server-key-{}", std::process::id()));
    fs::write(&file, OWN)?;
    with_each(&["--key-file", file.to_str().context("not UTF-8")?], |server| {
        let mut client = Client::connect(server.token)?;
        ensure!(client.ask(&mint("someone@example.com", OWN, -60.0, 60.0)?)? == "Authenticated!");
        let mut other = Client::connect(server.token)?;
        other.send(FIN | TEXT, mint("someone@example.com", KEY, -60.0, 60.0)?.as_bytes())?;
        other.assert_closed(1008)?;
        server.stop().map(drop)
    })?;
    Ok(fs::remove_file(file)?)
}

#[test]
fn without_a_token_the_deadline_ends_the_session() -> Result<()> {
    with_each(&["--deadline", "500ms"], |server| {
        let mut silent = Client::connect(server.token)?;
        let mut slow = Client::connect(server.token)?;
        slow.send(TEXT, b"eyJ")?;
        for client in [&mut silent, &mut slow] {
            ensure!(client.assert_closed(1008)? == "no token within 500ms");
        }
        drop((silent, slow));
        let stopped = server.stop_when_idle()?;
        ensure!(stopped.log.len() == 2, "{:?}", stopped.log);
        let served = stopped.served("token")?;
        ensure!(served.starts_with("2: 0 completed, 2 timed out, 0 failed"), "{served}");
        Ok(())
    })
}
