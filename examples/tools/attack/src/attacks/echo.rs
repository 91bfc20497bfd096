use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Result, ensure};
use auth::{Key, Scheme};

use super::{Outcome, mutual, tls};
use crate::middle::Middle;
use crate::target::{ECHO_KEY, MAX_READ, Server, Setup, TIMEOUT, Target};

pub(super) fn hangup(target: &Target) -> Result<Vec<Outcome>> {
    let mut server = start(target)?;
    let stream = server.connect()?;
    stream.peek(&mut [0])?;
    // To close a connection before everything is read resets it.
    drop(stream);
    if target.to.is_some() {
        // Its terminal is not read. This lets its line about the reset come before those about the next client.
        sleep(Duration::from_millis(300));
    }
    let is_logged = target.is_naive || server.logs("onnection reset");
    let is_served = echo(&server, &[b"hello"]).is_ok_and(|echo| echo.ends_with(b"] hello"));
    if !is_served {
        return Ok(vec![Outcome::Falls("server ends")]);
    }
    Ok(vec![Outcome::Stands(if is_logged { "one log line" } else { "no log line" })])
}

pub(super) fn split(target: &Target) -> Result<Vec<Outcome>> {
    let server = start(target)?;
    let (mut stream, nonce) = server.connect_for_nonce()?;
    let response = Scheme::Md5.response(&Key::new(ECHO_KEY)?, nonce);
    let (first, second) = response.as_bytes().split_at(8);
    let pieces = [first, &[second, b"hello"].concat()];
    let is_accepted = exchange(&mut stream, &pieces).is_ok_and(|echo| echo.ends_with(b"] hello"));
    // Two bytes in UTF-8: 0xc3 0xa9.
    let (first, second) = "é".as_bytes().split_at(1);
    let letter = echo(&server, &[first, second]);
    Ok(vec![
        if is_accepted { Outcome::Stands("client accepted") } else { Outcome::Falls("client rejected") },
        match letter {
            Ok(echo) if echo.ends_with("é".as_bytes()) => Outcome::Stands("letter is whole"),
            _ => Outcome::Falls("server ends"),
        },
    ])
}

/// Starts echo-server, or makes sure that the user did.
fn start(target: &Target) -> Result<Server> {
    let server = target.start("echo-server", &Setup::default())?;
    let is_echo = echo(&server, &[b"hello"])?.ends_with(b"] hello");
    ensure!(is_echo, "{} sends no echo: this attack is for echo-server, with the tutorial's key", server.address);
    Ok(server)
}

/// Authenticates, sends the pieces and returns all that comes back.
fn echo(server: &Server, pieces: &[&[u8]]) -> Result<Vec<u8>> {
    exchange(&mut server.connect_to_echo()?, pieces)
}

fn exchange(stream: &mut TcpStream, pieces: &[&[u8]]) -> Result<Vec<u8>> {
    let mut echo = Vec::new();
    for piece in pieces {
        stream.write_all(piece)?;
        // The server reads this piece by itself: it replies, hangs up, or waits for more.
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        let mut reply = [0; 64];
        match stream.read(&mut reply) {
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            count => echo.extend(&reply[..count?]),
        }
    }
    stream.shutdown(Shutdown::Write)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.take(MAX_READ).read_to_end(&mut echo)?;
    Ok(echo)
}

pub(super) fn relay(target: &Target) -> Result<Vec<Outcome>> {
    let server = target.start("echo-server", &Setup::default())?;
    let mut middle = Middle::start(target, &server, "echo-client", None, Scheme::Md5)?;
    target.tell("passed on the nonce of the server and the response of the client");
    let echo = middle.speak("I am the attacker")?;
    target.tell(&format!("the server sends the attacker: {echo}"));
    let is_let_in = echo.ends_with("I am the attacker");
    let mut outcomes =
        vec![if is_let_in { target.falls("attacker let in", "until lesson 8") } else { Outcome::Stands("not let in") }];
    if !target.is_naive {
        outcomes.push(mutual::relay(target)?);
        outcomes.push(tls::relay(target)?);
    }
    outcomes.dedup();
    Ok(outcomes)
}

pub(super) fn hijack(target: &Target) -> Result<Vec<Outcome>> {
    let server = target.start("echo-server", &Setup::default())?;
    let mut middle = Middle::start(target, &server, "echo-client", None, Scheme::Md5)?;
    middle.stdin.write_all(b"hello from the client\n")?;
    let mut message = [0; 64];
    let count = middle.client.read(&mut message)?;
    let echo = middle.speak(&String::from_utf8_lossy(&message[..count]))?;
    middle.client.write_all(echo.as_bytes())?;
    middle.client_process.line("hello from the client", TIMEOUT)?;
    target.tell("passed on a message of the client, and its echo");
    let echo = middle.speak("I never wrote this")?;
    target.tell(&format!("the server sends: {echo}"));
    let is_echoed = echo.ends_with("I never wrote this");
    let mut outcomes = vec![if is_echoed {
        target.falls("speaks as client", "until lesson 8")
    } else {
        Outcome::Stands("not echoed")
    }];
    if !target.is_naive {
        outcomes.push(tls::hijack(target)?);
    }
    Ok(outcomes)
}
