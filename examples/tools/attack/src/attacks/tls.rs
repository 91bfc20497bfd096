use std::env;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::ChildStdin;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result, ensure};
use tls::{Identity, TlsStream};

use super::gate::random_key;
use super::{Outcome, mutual};
use crate::middle::lure;
use crate::started::Started;
use crate::target::{Server, Setup, TIMEOUT, Target};
use crate::tls_middle::{CERTIFICATE, CHANGED, PRIVATE_KEY, SERVER_REFUSES, Shows, TlsMiddle, lure_careless};

/// What a user types.
const SECRET: &str = "a secret for the right server";

pub(super) fn relay_tls(target: &Target) -> Result<Vec<Outcome>> {
    Ok(vec![relay_with(target, Shows::Own)?])
}

/// Gets in between a legitimate client and its server, and shows the client a certificate.
pub(crate) fn relay_with(target: &Target, shows: Shows) -> Result<Outcome> {
    // Compiles the client now if it must be: once there is a connection, a robust server does not wait for that.
    programs::command("tls-client", target.language)?;
    let key = if target.to.is_some() { env::var("OPEN_SESAME_KEY").ok() } else { Some(random_key()?) };
    // A robust server makes its own certificate, unless the attacker shall have its private key.
    let options = match shows {
        Shows::Stolen => &["--certificate", CERTIFICATE, "--private-key", PRIVATE_KEY][..],
        Shows::Own | Shows::Unproven => &[],
    };
    let mut server = target.start("tls-server", &Setup { options, key: key.as_deref(), ..Setup::default() })?;
    let middle = TlsMiddle::connect(&server)?;
    let is_mutual = middle.is_mutual();
    ensure!(!is_mutual || key.is_some(), "set OPEN_SESAME_KEY to the key of {}, for its client", server.address);
    let target = &Target { is_naive: !is_mutual, ..*target };
    let outcome = if is_mutual && shows == Shows::Unproven {
        // tls-client is not careless.
        middle.relay(target, lure_careless(key.as_deref().unwrap_or_default())?, shows)?
    } else {
        let (client, mut process, mut stdin) = lure(target, "tls-client", key.as_deref())?;
        stdin.write_all(b"hello\n")?;
        let outcome = middle.relay(target, client, shows)?;
        match outcome {
            Outcome::Falls(_) if !is_mutual => drop(process.line(CHANGED, TIMEOUT)?),
            Outcome::Stands(_) if is_mutual => target.tell(&process.line("somebody may be in between", TIMEOUT)?),
            _ => {}
        }
        outcome
    };
    let is_logged = outcome != SERVER_REFUSES || server.logs(": rejected, it does not hold the key");
    ensure!(is_logged, "the server hung up for another reason");
    Ok(outcome)
}

/// Does the same with robust programs, for the attack of that name.
pub(super) fn relay(target: &Target) -> Result<Outcome> {
    Ok(match relay_with(target, Shows::Own)? {
        Outcome::Stands(_) => Outcome::Stands("tls-server"),
        falls => falls,
    })
}

/// Pretends to be the server of a robust client, with a certificate of its own.
pub(super) fn impostor(target: &Target) -> Result<Outcome> {
    let (client, mut process, stdin) = lure(target, "tls-client", Some(&random_key()?))?;
    let config = tls::server_config(Identity::self_signed()?)?;
    let is_noticed = mutual::pretend(TlsStream::accept(client, &config)?, &mut process, stdin)?;
    Ok(if is_noticed { Outcome::Stands("tls-client") } else { Outcome::Falls("tls-client") })
}

/// Records an encrypted session, and looks for what the client sent.
pub(crate) fn listen(target: &Target) -> Result<Outcome> {
    let key = random_key()?;
    let server = target.start("tls-server", &Setup { key: Some(&key), ..Setup::default() })?;
    let recording = Recording::start(target, &server, Some(&key))?;
    let recorded = [copy(&recording.to_server), copy(&recording.to_client)].concat();
    last_record(&recorded).context("these are no TLS records")?;
    let is_readable = recorded.windows(SECRET.len()).any(|part| part == SECRET.as_bytes());
    Ok(if is_readable { Outcome::Falls("message is readable") } else { Outcome::Stands("reads nothing") })
}

/// Sends a recorded message of a robust client a second time.
pub(super) fn hijack(target: &Target) -> Result<Outcome> {
    let key = random_key()?;
    let mut server = target.start("tls-server", &Setup { key: Some(&key), ..Setup::default() })?;
    let mut recording = Recording::start(target, &server, Some(&key))?;
    let bytes = copy(&recording.to_server);
    recording.server.write_all(last_record(&bytes).context("the client sent no TLS record")?)?;
    let is_noticed = server.logs("a record cannot be decrypted: somebody may have changed it");
    Ok(if is_noticed { Outcome::Stands("tls-server") } else { Outcome::Falls("tls-server") })
}

/// An attacker who passes on the bytes of a client and a server, and keeps a copy.
struct Recording {
    to_server: Copied,
    to_client: Copied,
    server: TcpStream,
    _client: (Started, ChildStdin),
}

type Copied = Arc<Mutex<Vec<u8>>>;

impl Recording {
    /// Records a session until the client has received the echo of its message.
    fn start(target: &Target, server: &Server, key: Option<&str>) -> Result<Recording> {
        let (client, mut process, mut stdin) = lure(target, "tls-client", key)?;
        let server = server.connect()?;
        let to_server = pass_on(client.try_clone()?, server.try_clone()?);
        let to_client = pass_on(server.try_clone()?, client);
        stdin.write_all(format!("{SECRET}\n").as_bytes())?;
        process.line(&format!("] {SECRET}"), TIMEOUT)?;
        Ok(Recording { to_server, to_client, server, _client: (process, stdin) })
    }
}

/// Passes bytes on in a thread of its own until one side leaves.
fn pass_on(mut from: TcpStream, mut to: TcpStream) -> Copied {
    let copied = Copied::default();
    let writer = Arc::clone(&copied);
    thread::spawn(move || {
        let mut piece = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut piece) {
            writer.lock().unwrap_or_else(PoisonError::into_inner).extend(&piece[..count]);
            if to.write_all(&piece[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
    copied
}

fn copy(copied: &Copied) -> Vec<u8> {
    copied.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Returns the last of several TLS records: each begins with its type, its version and its length.
fn last_record(mut bytes: &[u8]) -> Option<&[u8]> {
    loop {
        let (length, _) = bytes.get(3..)?.split_first_chunk()?;
        let (record, rest) = bytes.split_at_checked(5 + usize::from(u16::from_be_bytes(*length)))?;
        if rest.is_empty() {
            return Some(record);
        }
        bytes = rest;
    }
}
