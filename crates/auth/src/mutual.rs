//! Both sides prove that they hold the key, the client first ("open-sesame/2").
//!
//! ```text
//! server: authenticate_client                         client: authenticate_server
//! ---------------------------                         ---------------------------
//! greeting, 14 bytes; nonce, 32        -------->      checks the greeting
//! checks the proof                     <--------      nonce, 32 bytes; proof, 32
//! wrong: a Verdict, and no proof
//! proof, 32 bytes                      -------->      checks the proof
//!                                      <--------      only now: the session
//! ```
//!
//! A proof is the HMAC-SHA-256 of exactly 118 bytes: who proves, to what channel the proof is bound, and both nonces. So a
//! proof is worth nothing in the other role, in another handshake or on another channel. There is no version and no hash to
//! agree on, so there is nothing that an attacker could talk both sides down to.

use std::io::{Read, Write};

use crate::HandshakeMessage::{Greeting, NonceAndProof, Proof};
use crate::handshake::{receive, send};
use crate::{Error, HandshakeMessage, Key, Nonce, Response, Scheme, Verdict};

/// The first bytes that a server sends.
pub const GREETING: &[u8; 14] = b"open-sesame/2\n";

/// The length of a proof, in bytes.
pub const PROOF_LEN: usize = 32;

/// Who proves that it holds the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The side that connected.
    Client,
    /// The side that accepted.
    Server,
}

/// The channel that a proof is bound to. Both sides must have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelBinding {
    /// Plain TCP has nothing to bind to.
    None,
    /// A value that only the two ends of one TLS connection know ([RFC 9266](https://www.rfc-editor.org/rfc/rfc9266)).
    TlsExporter([u8; 32]),
}

/// The server's side: sends a nonce, checks the client's proof and, only if that is right, sends its own.
///
/// # Errors
/// Returns an error if no complete proof arrives, or the server's own cannot be sent. A wrong proof is not an error, but a
/// [`Verdict`]: close the connection, so that the client learns that it was rejected.
pub fn authenticate_client<S: Read + Write>(mut peer: S, key: &Key, channel: ChannelBinding) -> Result<Verdict, Error> {
    let server_nonce = Nonce::random()?;
    send(&mut peer, Greeting, &[GREETING, server_nonce.as_ref()].concat())?;
    let mut message = [[0; 32]; 2];
    receive(&mut peer, NonceAndProof, message.as_flattened_mut(), Nonce::LEN + PROOF_LEN)?;
    let [client_nonce, client_proof] = message;
    let client_nonce = Nonce::from(client_nonce);
    if !proof(key, Role::Client, channel, server_nonce, client_nonce).matches(&client_proof) {
        return Ok(Verdict::Rejected);
    }
    send(&mut peer, Proof, proof(key, Role::Server, channel, server_nonce, client_nonce).as_bytes())?;
    Ok(Verdict::Accepted)
}

/// The client's side: proves that it holds the key, and checks that the server does too.
///
/// # Errors
/// Returns an error if the server speaks another protocol, rejects the client's proof, or does not hold the key, or if its
/// messages are not complete. Send nothing to it then.
pub fn authenticate_server<S: Read + Write>(mut peer: S, key: &Key, channel: ChannelBinding) -> Result<(), Error> {
    if receive_array(&mut peer, Greeting)? != *GREETING {
        return Err(Error::OtherProtocol);
    }
    let server_nonce = Nonce::from(receive_array(&mut peer, HandshakeMessage::Nonce)?);
    let client_nonce = Nonce::random()?;
    let client_proof = proof(key, Role::Client, channel, server_nonce, client_nonce);
    send(&mut peer, NonceAndProof, &[client_nonce.as_ref(), client_proof.as_bytes()].concat())?;
    let server_proof: [u8; PROOF_LEN] = match receive_array(&mut peer, Proof) {
        Err(Error::Closed { received: 0, .. }) => Err(Error::ProofRejected),
        result => result,
    }?;
    if !proof(key, Role::Server, channel, server_nonce, client_nonce).matches(&server_proof) {
        return Err(Error::WrongProof);
    }
    Ok(())
}

/// Computes the proof that this side holds the key, in the handshake with these nonces.
pub fn proof(key: &Key, role: Role, channel: ChannelBinding, server_nonce: Nonce, client_nonce: Nonce) -> Response {
    // All parts have a fixed length, so two different handshakes never have the same bytes.
    let label: &[u8] = match role {
        Role::Client => b"open-sesame/2 client\0",
        Role::Server => b"open-sesame/2 server\0",
    };
    let (channel_type, channel) = match channel {
        ChannelBinding::None => (0, [0; 32]),
        ChannelBinding::TlsExporter(value) => (1, value),
    };
    let parts = [label, &[channel_type], &channel, server_nonce.as_ref(), client_nonce.as_ref()];
    Scheme::Sha256.response(key, parts.concat())
}

fn receive_array<const LEN: usize>(peer: &mut impl Read, message: HandshakeMessage) -> Result<[u8; LEN], Error> {
    let mut buffer = [0; LEN];
    receive(peer, message, &mut buffer, LEN)?;
    Ok(buffer)
}
