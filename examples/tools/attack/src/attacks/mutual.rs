use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::ChildStdin;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use auth::mutual::{ChannelBinding, GREETING, Role, proof};
use auth::{Key, Nonce};

use super::{Outcome, guesses};
use crate::middle::lure;
use crate::started::Started;
use crate::target::{Server, Setup, TIMEOUT, Target};

/// How long a server that speaks first may take for that.
const PATIENCE: Duration = Duration::from_millis(500);

/// The lengths of the three messages of a mutual handshake.
const M1: usize = GREETING.len() + 32;
const M2: usize = 64;
const M3: usize = 32;

pub(super) fn reflect(target: &Target) -> Result<Vec<Outcome>> {
    let key = super::gate::random_key()?;
    let mut server = target.start("mutual-server", &Setup { key: Some(&key), ..Setup::default() })?;
    let mut first = server.connect()?;
    first.set_read_timeout(Some(PATIENCE))?;
    let mut greeting = [0; M1];
    match first.read_exact(&mut greeting) {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            first.set_read_timeout(Some(TIMEOUT))?;
            reflect_on_naive(target, &server, first)
        }
        result => {
            result.with_context(|| format!("{} is no server of lesson 7", server.address))?;
            first.set_read_timeout(Some(TIMEOUT))?;
            reflect_on_robust(target, &mut server, first, &greeting)
        }
    }
}

/// Lets the server respond to its own challenge, on a second connection.
fn reflect_on_naive(target: &Target, server: &Server, mut first: TcpStream) -> Result<Vec<Outcome>> {
    let lacks = || format!("{} does not respond: this attack is for naive-mutual-server", server.address);
    first.write_all(Nonce::random()?.as_ref())?;
    let [mut response, mut nonce] = [[0; 32]; 2];
    first.read_exact(&mut response).and_then(|()| first.read_exact(&mut nonce)).with_context(lacks)?;
    target.tell(&format!("connection 1: the server challenges us with {}", wire::hex(&nonce)));
    let mut second = server.connect()?;
    second.write_all(&nonce)?;
    // After its response comes its own challenge. A close with unread bytes would be a reset.
    second.read_exact(&mut response).and_then(|()| second.read_exact(&mut [0; 32])).with_context(lacks)?;
    target.tell(&format!("connection 2: to the same challenge, it responds with {}", wire::hex(&response)));
    first.write_all(&response)?;
    let mut reply = [0; 64];
    let count = first.read(&mut reply)?;
    target.tell(&format!("connection 1: to that response, it says {:?}", String::from_utf8_lossy(&reply[..count])));
    // One connection ends after the other, so that a wiretap always shows the same.
    let _ = first.read(&mut reply);
    drop(first);
    sleep(Duration::from_millis(100));
    Ok(vec![if count > 0 { Outcome::Falls("in without key") } else { Outcome::Stands("rejected") }])
}

/// Does the same with a server that proves itself last: on the second connection it sends a nonce, and no MAC.
fn reflect_on_robust(
    target: &Target,
    server: &mut Server,
    mut first: TcpStream,
    greeting: &[u8; M1],
) -> Result<Vec<Outcome>> {
    let challenge = &greeting[GREETING.len()..];
    target.tell(&format!("connection 1: the server challenges us with {}", wire::hex(challenge)));
    let mut second = server.connect()?;
    second.write_all(&[challenge, &[0; 32]].concat())?;
    let mut received = Vec::new();
    second.take(1000).read_to_end(&mut received)?;
    ensure!(received.len() >= M1, "{} sends no whole greeting on a second connection", server.address);
    target.tell(&format!("connection 2: to the same challenge, it responds with {} bytes", received.len() - M1));
    // All that there is to send.
    first.write_all(&[challenge, &received[GREETING.len()..M1]].concat())?;
    let mut reply = [0; M3];
    let count = first.read(&mut reply)?;
    let is_rejected = count == 0 && received.len() == M1 && server.logs("rejected, it does not hold the key");
    Ok(vec![if is_rejected { Outcome::Stands("rejected") } else { Outcome::Falls("in without key") }])
}

/// Pretends to be the server of a robust client.
pub(super) fn impostor(target: &Target) -> Result<Outcome> {
    let key = super::gate::random_key()?;
    let (client, mut process, stdin) = lure(target, "mutual-client", Some(&key))?;
    let is_noticed = pretend(client, &mut process, stdin)?;
    if is_noticed {
        target.tell("mutual-client says that the server's proof is wrong, and sends nothing more");
    }
    Ok(if is_noticed { Outcome::Stands("mutual-client") } else { Outcome::Falls("mutual-client") })
}

/// Sends the client's own proof back. Returns whether it notices, and sends nothing of the session.
pub(super) fn pretend(mut client: impl Read + Write, process: &mut Started, mut stdin: ChildStdin) -> Result<bool> {
    stdin.write_all(b"a secret for the right server\n")?;
    client.write_all(&[&GREETING[..], Nonce::random()?.as_ref()].concat())?;
    let mut message = [0; M2];
    client.read_exact(&mut message).context("the client does not respond")?;
    client.write_all(&message[32..])?;
    let mut session = Vec::new();
    // The client may reset the connection.
    let _ = client.take(1000).read_to_end(&mut session);
    Ok(process.line("the server's proof is wrong", TIMEOUT).is_ok() && session.is_empty())
}

/// An attacker between mutual-client and mutual-server, who has passed on the handshake.
struct Middle {
    greeting: [u8; M1],
    message: [u8; M2],
    server: TcpStream,
    _client: (TcpStream, Started, ChildStdin),
}

impl Middle {
    fn start(target: &Target, server: &Server, key: &str) -> Result<Middle> {
        let (mut client, process, stdin) = lure(target, "mutual-client", Some(key))?;
        let mut server = server.connect()?;
        let (mut greeting, mut message, mut proof) = ([0; M1], [0; M2], [0; M3]);
        server.read_exact(&mut greeting)?;
        client.write_all(&greeting)?;
        client.read_exact(&mut message)?;
        server.write_all(&message)?;
        server.read_exact(&mut proof)?;
        client.write_all(&proof)?;
        Ok(Middle { greeting, message, server, _client: (client, process, stdin) })
    }
}

/// Passes on the handshake of a robust client and server, and speaks instead of the client.
pub(super) fn relay(target: &Target) -> Result<Outcome> {
    let key = super::gate::random_key()?;
    let server = target.start("mutual-server", &Setup { key: Some(&key), ..Setup::default() })?;
    let mut middle = Middle::start(target, &server, &key)?;
    let message = b"I am the attacker";
    middle.server.write_all(message)?;
    let mut echo = vec![0; "[Thu May 10 22:00:19 2018] ".len() + message.len()];
    middle.server.read_exact(&mut echo).context("mutual-server does not send an echo")?;
    target.tell(&format!("mutual-server sends the attacker: {}", String::from_utf8_lossy(&echo)));
    Ok(if echo.ends_with(message) { Outcome::Falls("until lesson 8") } else { Outcome::Stands("not let in") })
}

/// Captures a handshake of a robust client and server, and tries the word list.
pub(super) fn guess(target: &Target) -> Result<Outcome> {
    let key = super::gate::random_key()?;
    let server = target.start("mutual-server", &Setup { key: Some(&key), ..Setup::default() })?;
    let Middle { greeting, message, .. } = Middle::start(target, &server, &key)?;
    let nonce = |bytes: &[u8]| Ok::<_, anyhow::Error>(Nonce::from(<[u8; 32]>::try_from(bytes)?));
    let (server_nonce, client_nonce) = (nonce(&greeting[GREETING.len()..])?, nonce(&message[..32])?);
    let mut count = 0;
    for word in guesses() {
        count += 1;
        let key = Key::new(word.as_str())?;
        if proof(&key, Role::Client, ChannelBinding::None, server_nonce, client_nonce).matches(&message[32..]) {
            return Ok(Outcome::Falls("key found"));
        }
    }
    target.tell(&format!("mutual-client: none of {count} guesses is the key"));
    Ok(Outcome::Stands("random key"))
}
