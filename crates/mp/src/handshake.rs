use std::collections::HashSet;
use std::io::{self, Read, Write};
use std::sync::{Mutex, PoisonError};

use auth::{Key, Scheme};
use rand::TryRng;
use rand::rngs::SysRng;

use crate::{Error, Part, Refusal, recv_bytes, send_bytes};

/// The maximum length of a message in the handshake, in bytes.
const MAX_LEN: usize = 256;

const CHALLENGE: &[u8] = b"#CHALLENGE#";
const WELCOME: &[u8] = b"#WELCOME#";
const FAILURE: &[u8] = b"#FAILURE#";
const DIGEST: &[u8] = b"{sha256}";

/// Runs handshakes with one key.
#[derive(Debug)]
pub struct Authenticator {
    key: Key,
    /// The challenges of the handshakes that run now. A peer that sends one back wants us to respond to ourselves.
    outstanding: Mutex<HashSet<Vec<u8>>>,
}

impl Authenticator {
    /// Creates an authenticator for this key.
    pub fn new(key: Key) -> Authenticator {
        Authenticator { key, outstanding: Mutex::default() }
    }

    /// The listener's side, like Python's `Listener.accept`: checks the client, then responds to its challenge.
    ///
    /// # Errors
    /// Returns an error if the peer does not hold the key or breaks the protocol, or the stream fails.
    pub fn accept<S: Read + Write>(&self, mut peer: S) -> Result<(), Error> {
        let ours = random_challenge()?;
        let result = self.with_outstanding(&ours, || {
            self.deliver_challenge(&mut peer, &ours)?;
            self.answer_challenge(&mut peer)
        });
        tell_if_refused(&mut peer, result)
    }

    /// The client's side, like Python's `Client`: responds to the listener's challenge, then checks the listener.
    ///
    /// # Errors
    /// Returns an error if the peer does not hold the key or breaks the protocol, or the stream fails.
    pub fn connect<S: Read + Write>(&self, mut peer: S) -> Result<(), Error> {
        let ours = random_challenge()?;
        let result = self.with_outstanding(&ours, || {
            self.answer_challenge(&mut peer)?;
            self.deliver_challenge(&mut peer, &ours)
        });
        tell_if_refused(&mut peer, result)
    }

    /// Computes the response to a challenge, which begins with the name of the digest.
    pub fn response(&self, challenge: &[u8]) -> Vec<u8> {
        [DIGEST, Scheme::Sha256.response(&self.key, challenge).as_bytes()].concat()
    }

    fn deliver_challenge<S: Read + Write>(&self, peer: &mut S, challenge: &[u8]) -> Result<(), Error> {
        send_bytes(&mut *peer, &[CHALLENGE, challenge].concat())?;
        let response = recv_bytes(&mut *peer, MAX_LEN)?.ok_or(Error::Closed)?;
        if response == FAILURE {
            return Err(Error::Rejected);
        }
        check_form(Part::Response, &response)?;
        if !Scheme::Sha256.response(&self.key, challenge).matches(&response[DIGEST.len()..]) {
            return Err(Refusal::WrongResponse.into());
        }
        send_bytes(peer, WELCOME)
    }

    fn answer_challenge<S: Read + Write>(&self, peer: &mut S) -> Result<(), Error> {
        let message = recv_bytes(&mut *peer, MAX_LEN)?.ok_or(Error::Closed)?;
        let challenge = message.strip_prefix(CHALLENGE).ok_or(Refusal::NotAChallenge)?;
        check_form(Part::Challenge, challenge)?;
        if self.outstanding.lock().unwrap_or_else(PoisonError::into_inner).contains(challenge) {
            return Err(Refusal::OwnChallenge.into());
        }
        send_bytes(&mut *peer, &self.response(challenge))?;
        match &recv_bytes(peer, MAX_LEN)?.ok_or(Error::Closed)?[..] {
            WELCOME => Ok(()),
            FAILURE => Err(Error::Rejected),
            _ => Err(Refusal::NotAVerdict.into()),
        }
    }

    fn with_outstanding<T>(&self, challenge: &[u8], run: impl FnOnce() -> T) -> T {
        let outstanding = || self.outstanding.lock().unwrap_or_else(PoisonError::into_inner);
        outstanding().insert(challenge.to_vec());
        let result = run();
        outstanding().remove(challenge);
        result
    }
}

fn random_challenge() -> Result<Vec<u8>, Error> {
    let mut random = [0; 40];
    SysRng.try_fill_bytes(&mut random).map_err(io::Error::other)?;
    Ok([DIGEST, &random].concat())
}

/// Checks that the message is `{sha256}` and the right number of bytes.
fn check_form(part: Part, message: &[u8]) -> Result<(), Refusal> {
    match message.strip_prefix(DIGEST) {
        Some(bytes) if bytes.len() == part.len() => Ok(()),
        Some(bytes) => Err(Refusal::WrongLength(part, bytes.len())),
        // Python recognizes the old form by these lengths, too.
        None if matches!(message.len(), 16 | 20) => Err(Refusal::OldForm(part)),
        None if message.starts_with(b"{") => Err(Refusal::OtherDigest(part)),
        None => Err(Refusal::NoDigest(part)),
    }
}

/// Tells the peer that this side refuses it: Python waits for a message.
fn tell_if_refused(peer: impl Write, result: Result<(), Error>) -> Result<(), Error> {
    if let Err(Error::Refused(_)) = result {
        // If this fails too, the reason for the refusal is still the better error.
        let _ = send_bytes(peer, FAILURE);
    }
    result
}
