//! A peer that knows the key and follows the protocol, except for one message.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use auth::{Key, Scheme};

use crate::KEY;

/// The message that it replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Challenge,
    Response,
    Verdict,
}

/// What it sends instead, given the challenge that it received.
pub(crate) type Forge = fn(&[u8]) -> Vec<u8>;

/// Meets a listener as a client. Returns an error if the listener does not accept every message.
pub(crate) fn meet_listener(stream: &mut TcpStream, step: Step, forge: Forge) -> Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    respond(stream, step, forge)?;
    challenge(stream, step, forge)?;
    stream.write_all(&frame(b"hello"))?;
    ensure!(receive(stream)? == b"hello", "no echo");
    Ok(())
}

/// Meets a client as a listener. Returns an error if the client does not accept every message.
pub(crate) fn meet_client(stream: &mut TcpStream, step: Step, forge: Forge) -> Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    challenge(stream, step, forge)?;
    respond(stream, step, forge)
}

fn respond(stream: &mut TcpStream, step: Step, forge: Forge) -> Result<()> {
    let message = receive(stream)?;
    let challenge = message.strip_prefix(b"#CHALLENGE#").context("no challenge")?;
    ensure!(challenge.starts_with(b"{sha256}") && challenge.len() == 48, "another challenge");
    stream.write_all(&if step == Step::Response { forge(challenge) } else { frame(&response(challenge)) })?;
    ensure!(receive(stream)? == b"#WELCOME#", "not welcome");
    Ok(())
}

fn challenge(stream: &mut TcpStream, step: Step, forge: Forge) -> Result<()> {
    let ours = [b"{sha256}", &[7; 40][..]].concat();
    let right = frame(&[b"#CHALLENGE#", &ours[..]].concat());
    stream.write_all(&if step == Step::Challenge { forge(&[]) } else { right })?;
    let received = receive(stream)?;
    ensure!(received != b"#FAILURE#", "the challenge is refused");
    ensure!(step == Step::Challenge || received == response(&ours), "a wrong response");
    stream.write_all(&if step == Step::Verdict { forge(&[]) } else { frame(b"#WELCOME#") })?;
    Ok(())
}

/// Returns the response to a challenge.
pub(crate) fn response(challenge: &[u8]) -> Vec<u8> {
    [b"{sha256}", mac(Scheme::Sha256, challenge).as_slice()].concat()
}

pub(crate) fn mac(scheme: Scheme, challenge: &[u8]) -> Vec<u8> {
    scheme.response(&Key::new(KEY).expect("a key"), challenge).as_bytes().to_vec()
}

/// Returns the message with its length before it.
pub(crate) fn frame(message: &[u8]) -> Vec<u8> {
    [&(message.len() as u32).to_be_bytes(), message].concat()
}

fn receive(stream: &mut TcpStream) -> Result<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let mut message = vec![0; usize::try_from(u32::from_be_bytes(length))?.min(1000)];
    stream.read_exact(&mut message)?;
    Ok(message)
}
