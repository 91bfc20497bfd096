use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use auth::{Key, Nonce, Scheme};

use super::{Outcome, guesses, mutual, tls};
use crate::middle::{Middle, lure};
use crate::target::{GATE_KEY, Server, Setup, Target, read_nonce};

/// How long the attack waits for the server: longer than the deadline of a robust server.
const PATIENCE: Duration = Duration::from_secs(4);

pub(super) fn silence(target: &Target) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    for name in ["gate-server", "threaded-server"] {
        let mut server = target.start(name, &Setup { options: &["--deadline", "1s"], ..Setup::default() })?;
        outcomes.push(stay_silent(&mut server)?);
        if target.to.is_some() {
            break;
        }
    }
    outcomes.dedup();
    Ok(outcomes)
}

fn stay_silent(server: &mut Server) -> Result<Outcome> {
    let mut silent = server.connect()?;
    silent.set_read_timeout(Some(Duration::from_secs(1)))?;
    // The servers of lessons 1 and 2 speak first, the others wait for a message.
    let sends_nonce = read_nonce(&mut silent).is_ok();
    let mut other = server.connect()?;
    other.set_read_timeout(Some(PATIENCE))?;
    if !sends_nonce {
        other.write_all(b"hello\r\n")?;
    }
    if !other.read(&mut [0; 64]).is_ok_and(|count| count > 0) {
        return Ok(Outcome::Falls("others wait"));
    }
    silent.set_read_timeout(Some(PATIENCE))?;
    match silent.read(&mut [0]) {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            Ok(Outcome::Falls("threads pile up"))
        }
        _ => Ok(Outcome::Stands(if server.logs("the deadline passed") { "cut at deadline" } else { "cut" })),
    }
}

pub(super) fn guess(target: &Target) -> Result<Vec<Outcome>> {
    let mut outcomes = vec![guess_key(target, None)?];
    if !target.is_naive {
        outcomes.push(guess_key(target, Some(&random_key()?))?);
        outcomes.push(mutual::guess(target)?);
        outcomes.dedup();
    }
    Ok(outcomes)
}

fn guess_key(target: &Target, key: Option<&str>) -> Result<Outcome> {
    let server = target.start("gate-server", &Setup { key, ..Setup::default() })?;
    let middle = Middle::start(target, &server, "gate-client", key, Scheme::Md5Hex)?;
    target.tell(&format!("the server sends the nonce {}", wire::hex(middle.nonce.as_ref())));
    target.tell(&format!("the client responds with {}", String::from_utf8_lossy(&middle.response)));
    let (start, mut count) = (Instant::now(), 0_u32);
    for word in guesses() {
        count += 1;
        if Scheme::Md5Hex.response(&Key::new(word.as_str())?, middle.nonce).matches(&middle.response) {
            target.tell(&format!("the key is {word}: guess {count}, {:.0} guesses per second", rate(count, start)));
            return Ok(Outcome::Falls(if warned(server)? { "key is public" } else { "key found" }));
        }
    }
    target.tell(&format!("none of {count} guesses is the key: {:.0} guesses per second", rate(count, start)));
    Ok(Outcome::Stands(if key.is_some() { "random key" } else { "key not in the list" }))
}

fn rate(count: u32, start: Instant) -> f64 {
    f64::from(count) / start.elapsed().as_secs_f64()
}

/// Whether the server warned its operator that everyone has the key.
pub(super) fn warned(server: Server) -> Result<bool> {
    let ended = server.end()?;
    Ok(ended.is_some_and(|ended| ended.err().iter().any(|line| line.contains("the tutorial's key, which is public"))))
}

pub(super) fn random_key() -> Result<String> {
    Ok(wire::hex(Nonce::random()?.as_ref()))
}

pub(super) fn impostor(target: &Target) -> Result<Vec<Outcome>> {
    if target.to.is_some() {
        bail!("this attack is on a client, not on a server: run it without --to");
    }
    let (mut client, _process, _stdin) = lure(target, "gate-client", None)?;
    let nonce = Nonce::from(*b"a nonce that the impostor chose.");
    client.write_all(nonce.as_ref())?;
    let mut response = [0; 32];
    client.read_exact(&mut response).context("the client does not respond")?;
    target.tell(&format!("the client responds with {}", String::from_utf8_lossy(&response)));
    let is_right = Scheme::Md5Hex.response(&Key::new(GATE_KEY)?, nonce).matches(&response);
    let mut outcomes =
        vec![if is_right { target.falls("client responds", "until lesson 7") } else { Outcome::Stands("no response") }];
    if !target.is_naive {
        outcomes.push(mutual::impostor(target)?);
        outcomes.push(tls::impostor(target)?);
    }
    Ok(outcomes)
}
