//! The mutual handshake: it succeeds in any fragmentation, and nothing but the right bytes is ever accepted.

use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::thread;

use auth::HandshakeMessage::{Greeting, NonceAndProof, Proof};
use auth::mutual::{ChannelBinding, GREETING, Role, authenticate_client, authenticate_server, proof};
use auth::{Error, HandshakeMessage, Key, Nonce, Verdict};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::any_other_bytes::forgery;
use crate::peer::{self, Peer, Pieces};

const M1: usize = GREETING.len() + 32;
const M2: usize = 64;
const M3: usize = 32;
const NO_CHANNEL: ChannelBinding = ChannelBinding::None;

fn nonce(bytes: &[u8]) -> Nonce {
    Nonce::from(<[u8; 32]>::try_from(bytes).expect("32 bytes"))
}

fn bytes_of_proof(key: &Key, role: Role, channel: ChannelBinding, server_nonce: &[u8], client_nonce: &[u8]) -> Vec<u8> {
    proof(key, role, channel, nonce(server_nonce), nonce(client_nonce)).as_bytes().to_vec()
}

/// Runs the server with a client that sends what `forge` makes of the right message. Returns its verdict and what it sent.
fn server_with(
    key: &Key,
    channel: ChannelBinding,
    pieces: Pieces,
    forge: impl Fn(&[u8], Vec<u8>) -> Vec<u8>,
) -> (Result<Verdict, Error>, Vec<u8>, Vec<u8>) {
    let client_nonce = [7; 32];
    let mut client = Peer::new(pieces, |m1: &[u8]| {
        let server_nonce = &m1[GREETING.len()..];
        let proof = bytes_of_proof(key, Role::Client, channel, server_nonce, &client_nonce);
        forge(server_nonce, [&client_nonce[..], &proof].concat())
    });
    let verdict = authenticate_client(&mut client, key, channel);
    (verdict, client.received, client.unread)
}

/// Runs the client with a server that sends what `forge` makes of its proof. Returns the result and what is unread.
fn client_with(
    key: &Key,
    channel: ChannelBinding,
    pieces: Pieces,
    forge: impl Fn(&[u8], Vec<u8>) -> Vec<u8>,
) -> (Result<(), Error>, Vec<u8>) {
    let server_nonce = [9; 32];
    let mut server = Peer::new(pieces, |m2: &[u8]| {
        forge(&m2[..32], bytes_of_proof(key, Role::Server, channel, &server_nonce, &m2[..32]))
    });
    server.unread = [&GREETING[..], &server_nonce].concat();
    let result = authenticate_server(&mut server, key, channel);
    (result, server.unread)
}

fn channel() -> impl Strategy<Value = ChannelBinding> {
    prop_oneof![Just(NO_CHANNEL), any::<[u8; 32]>().prop_map(ChannelBinding::TlsExporter)]
}

proptest! {
    #[test]
    fn the_right_bytes_are_accepted_in_any_fragmentation(
        key in peer::key(),
        channel in channel(),
        pieces in peer::pieces(),
        after in vec(any::<u8>(), 0..100),
    ) {
        let key = Key::new(key)?;
        let (verdict, sent, unread) =
            server_with(&key, channel, pieces.clone(), |_, right| [right, after.clone()].concat());
        prop_assert_eq!(verdict?, Verdict::Accepted);
        prop_assert_eq!(sent.len(), M1 + M3);
        // Bytes after the last message belong to the session.
        prop_assert_eq!(unread, after.clone());
        let (result, unread) = client_with(&key, channel, pieces, |_, right| [right, after.clone()].concat());
        result?;
        prop_assert_eq!(unread, after);
    }

    #[test]
    fn other_bytes_are_rejected_and_learn_nothing(
        key in peer::key(),
        channel in channel(),
        pieces in peer::pieces(),
        forgery in forgery(),
    ) {
        let key = Key::new(key)?;
        let (verdict, sent, _) = server_with(&key, channel, pieces.clone(), |_, right| {
            let forged = forgery.bytes(&right);
            if forged.starts_with(&right) { vec![0; M2] } else { forged }
        });
        let is_rejected = matches!(verdict, Ok(Verdict::Rejected) | Err(Error::Closed { message: NonceAndProof, .. }));
        prop_assert!(is_rejected);
        // The server has sent its nonce, and no MAC that the client could test keys against.
        prop_assert_eq!(sent.len(), M1);
        let (result, _) = client_with(&key, channel, pieces, |_, right| {
            let forged = forgery.bytes(&right);
            if forged.starts_with(&right) { vec![0; M3] } else { forged }
        });
        use Error::{Closed, ProofRejected, WrongProof};
        let is_rejected = matches!(result, Err(WrongProof | ProofRejected | Closed { message: Proof, .. }));
        prop_assert!(is_rejected);
    }

    #[test]
    fn proofs_that_are_right_elsewhere_are_rejected(
        key in peer::key(),
        other_key in peer::key(),
        channel in channel(),
        other_channel in channel(),
        other_nonce: [u8; 32],
        pieces in peer::pieces(),
    ) {
        prop_assume!(key != other_key && channel != other_channel);
        let (key, other_key) = (Key::new(key)?, Key::new(other_key)?);
        let ours = [7; 32];
        type Forge<'a> = Box<dyn Fn(Role, Role, &[u8], &[u8]) -> Vec<u8> + 'a>;
        let elsewhere: [Forge; 6] = [
            Box::new(|role, _, ns, nc| bytes_of_proof(&other_key, role, channel, ns, nc)),
            Box::new(|_, other_role, ns, nc| bytes_of_proof(&key, other_role, channel, ns, nc)),
            Box::new(|role, _, ns, nc| bytes_of_proof(&key, role, other_channel, ns, nc)),
            Box::new(|role, _, _, nc| bytes_of_proof(&key, role, channel, &other_nonce, nc)),
            Box::new(|role, _, ns, _| bytes_of_proof(&key, role, channel, ns, &other_nonce)),
            Box::new(|role, _, ns, nc| bytes_of_proof(&key, role, channel, nc, ns)),
        ];
        for forge in &elsewhere {
            let (verdict, ..) = server_with(&key, channel, pieces.clone(), |server_nonce, _| {
                [&ours[..], &forge(Role::Client, Role::Server, server_nonce, &ours)].concat()
            });
            prop_assert_eq!(verdict?, Verdict::Rejected);
            let (result, _) = client_with(&key, channel, pieces.clone(), |client_nonce, _| {
                forge(Role::Server, Role::Client, &[9; 32], client_nonce)
            });
            prop_assert!(matches!(result, Err(Error::WrongProof)));
        }
    }
}

#[test]
fn each_field_altered_alone_is_rejected_with_its_message() {
    let key = Key::new([b'k'; 32]).expect("a key");
    let not_ours = "the server does not speak open-sesame/2";
    let no_proof = "the peer closed the connection before sending its nonce and proof";
    let was_rejected = "the server rejected our proof and closed the connection; do both sides use the same key?";
    let wrong = "the server's proof is wrong: it does not hold the key";
    // Message and bytes of a field; then what the server and the client conclude.
    let fields = [
        (0, 0..GREETING.len(), no_proof, not_ours),
        (0, GREETING.len()..M1, "Rejected", was_rejected),
        (1, 0..32, "Rejected", was_rejected),
        (1, 32..M2, "Rejected", was_rejected),
        (2, 0..M3, "Accepted", wrong),
        // Nothing is altered.
        (9, 0..1, "Accepted", ""),
    ];
    for (message, bytes, server_expected, client_expected) in fields {
        for at in bytes {
            let alter = |number: usize, bytes: &mut [u8]| {
                if number == message {
                    bytes[at] ^= 0x20;
                }
            };
            let (server, client) = handshake_with_someone_between(&key, alter);
            let server = server.map_or_else(|error| error.to_string(), |verdict| format!("{verdict:?}"));
            let client = client.map_or_else(|error| error.to_string(), |()| String::new());
            assert_eq!((&*server, &*client), (server_expected, client_expected), "message {message}, byte {at}");
        }
    }
}

/// Runs both sides, with someone between them who alters the three messages.
fn handshake_with_someone_between(
    key: &Key,
    alter: impl Fn(usize, &mut [u8]),
) -> (Result<Verdict, Error>, Result<(), Error>) {
    let (server, mut to_server) = UnixStream::pair().expect("a pair");
    let (client, mut to_client) = UnixStream::pair().expect("a pair");
    thread::scope(|scope| {
        // Each side closes its connection when it ends.
        let server = scope.spawn(move || authenticate_client(server, key, NO_CHANNEL));
        let client = scope.spawn(move || authenticate_server(client, key, NO_CHANNEL));
        for (number, len) in [M1, M2, M3].into_iter().enumerate() {
            let (from, to) =
                if number == 1 { (&mut to_client, &mut to_server) } else { (&mut to_server, &mut to_client) };
            let mut message = vec![0; len];
            if from.read_exact(&mut message).is_err() {
                break;
            }
            alter(number, &mut message);
            let _ = to.write_all(&message);
        }
        drop((to_server, to_client));
        (server.join().expect("no panic"), client.join().expect("no panic"))
    })
}

/// A stream that ends in a reset.
struct Reset<F>(Peer<F>);

impl<F: FnOnce(&[u8]) -> Vec<u8>> Read for Reset<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer) {
            Ok(0) => Err(ErrorKind::ConnectionReset.into()),
            result => result,
        }
    }
}

impl<F: FnOnce(&[u8]) -> Vec<u8>> Write for Reset<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn every_truncation_and_every_reset_is_an_error() {
    let key = Key::new([b'k'; 32]).expect("a key");
    let closed = |message, received, expected| format!("{:?}", Error::Closed { message, received, expected });
    for len in 0..M2 {
        let (verdict, sent, _) = server_with(&key, NO_CHANNEL, vec![100], |_, right| right[..len].to_vec());
        assert_eq!(format!("{:?}", verdict.expect_err("no verdict")), closed(NonceAndProof, len, M2));
        assert_eq!(sent.len(), M1);
        let client = Reset(Peer::new(vec![100], |_: &[u8]| vec![0; len]));
        assert!(matches!(authenticate_client(client, &key, NO_CHANNEL), Err(Error::Receive(NonceAndProof, _))));
    }
    let m1 = [&GREETING[..], &[9; 32]].concat();
    for len in 0..M1 {
        let (message, received, expected) =
            if len < 14 { (Greeting, len, 14) } else { (HandshakeMessage::Nonce, len - 14, 32) };
        let mut server = Peer::new(vec![100], |_: &[u8]| m1[..len].to_vec());
        let error = authenticate_server(&mut server, &key, NO_CHANNEL).expect_err("no success");
        assert_eq!(format!("{error:?}"), closed(message, received, expected));
        assert!(server.received.is_empty(), "the client sent something after {len} bytes");
        let server = Reset(Peer::new(vec![100], |_: &[u8]| m1[..len].to_vec()));
        let error = authenticate_server(server, &key, NO_CHANNEL).expect_err("no success");
        assert!(matches!(error, Error::Receive(which, _) if which == message), "{error:?} after {len} bytes");
    }
    for len in 0..M3 {
        let (result, _) = client_with(&key, NO_CHANNEL, vec![100], |_, right| right[..len].to_vec());
        let expected = if len == 0 { "ProofRejected".to_owned() } else { closed(Proof, len, M3) };
        assert_eq!(format!("{:?}", result.expect_err("no success")), expected);
        let mut server = Peer::new(vec![100], |_: &[u8]| vec![0; len]);
        server.unread.clone_from(&m1);
        let result = authenticate_server(Reset(server), &key, NO_CHANNEL);
        assert!(matches!(result, Err(Error::Receive(Proof, _))), "{result:?} after {len} bytes");
    }
}
