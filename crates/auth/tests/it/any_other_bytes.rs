//! Nothing but the right response is ever accepted, or panics: a short one is an error, all others are rejected.

use auth::{Error, HandshakeMessage, Key, Nonce, Scheme, Verdict, challenge, respond};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::peer::{self, Peer};

/// What a client without the key sends instead of the right response.
#[derive(Clone, Debug)]
enum Forgery {
    Bytes(Vec<u8>),
    /// This many bytes of the right response, and then these.
    Prefix(usize, Vec<u8>),
    /// The right response with one bit inverted.
    Bit(usize),
}

impl Forgery {
    fn bytes(&self, right: &[u8]) -> Vec<u8> {
        match self {
            Forgery::Bytes(bytes) => bytes.clone(),
            Forgery::Prefix(len, then) => [&right[..len % right.len()], then].concat(),
            Forgery::Bit(bit) => {
                let mut bytes = right.to_vec();
                bytes[bit / 8 % right.len()] ^= 1 << (bit % 8);
                bytes
            }
        }
    }
}

fn forgery() -> impl Strategy<Value = Forgery> {
    prop_oneof![
        vec(any::<u8>(), 0..70).prop_map(Forgery::Bytes),
        (any::<usize>(), vec(any::<u8>(), 0..40)).prop_map(|(len, then)| Forgery::Prefix(len, then)),
        any::<usize>().prop_map(Forgery::Bit),
    ]
}

/// Checks that the server rejects a client that sends what `forge` makes of the right response.
fn is_rejected(
    scheme: Scheme,
    key: Vec<u8>,
    pieces: peer::Pieces,
    forge: impl Fn(&[u8]) -> Vec<u8>,
) -> Result<(), TestCaseError> {
    let key = Key::new(key)?;
    let mut sent = 0;
    let client = Peer::new(pieces, |nonce: &[u8]| {
        let right = scheme.response(&key, nonce);
        let mut response = forge(right.as_bytes());
        // Once in thousands of runs, chance produces the right response.
        if response.starts_with(right.as_bytes()) {
            response[0] ^= 1;
        }
        sent = response.len();
        response
    });
    let verdict = challenge(client, &key, scheme);
    match verdict {
        Ok(verdict) => {
            prop_assert_eq!(verdict, Verdict::Rejected);
            prop_assert!(sent >= scheme.response_len());
        }
        Err(Error::Closed { message, received, expected }) => {
            prop_assert_eq!((message, received), (HandshakeMessage::Response, sent));
            prop_assert_eq!(expected, scheme.response_len());
            prop_assert!(sent < expected);
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

proptest! {
    #[test]
    fn other_bytes_are_rejected(
        scheme in peer::scheme(),
        key in peer::key(),
        pieces in peer::pieces(),
        forgery in forgery(),
    ) {
        is_rejected(scheme, key, pieces, |right| forgery.bytes(right))?;
    }

    #[test]
    fn the_response_of_another_key_is_rejected(
        scheme in peer::scheme(),
        key in peer::key(),
        others in peer::key(),
        pieces in peer::pieces(),
    ) {
        prop_assume!(key != others);
        let (key, others) = (Key::new(key)?, Key::new(others)?);
        let client = Peer::new(pieces, |nonce: &[u8]| scheme.response(&others, nonce).as_bytes().to_vec());
        prop_assert_eq!(challenge(client, &key, scheme)?, Verdict::Rejected);
    }

    #[test]
    fn a_recorded_response_is_rejected(
        scheme in peer::scheme(),
        key in peer::key(),
        recorded: [u8; Nonce::LEN],
        pieces in peer::pieces(),
    ) {
        let response = scheme.response(&Key::new(key.clone())?, recorded);
        is_rejected(scheme, key, pieces, |_| response.as_bytes().to_vec())?;
    }

    #[test]
    fn upper_case_hex_is_rejected(key in peer::key(), pieces in peer::pieces()) {
        is_rejected(Scheme::Md5Hex, key, pieces, <[u8]>::to_ascii_uppercase)?;
    }

    #[test]
    fn hex_with_more_bytes_after_it_is_rejected(key in peer::key(), more in vec(any::<u8>(), 1..40)) {
        let key = Key::new(key)?;
        let client = Peer::new(vec![100], |nonce: &[u8]| {
            [Scheme::Md5Hex.response(&key, nonce).as_bytes(), &more].concat()
        });
        prop_assert_eq!(challenge(client, &key, Scheme::Md5Hex)?, Verdict::Rejected);
    }

    #[test]
    fn the_client_does_not_respond_to_a_short_nonce(
        scheme in peer::scheme(),
        key in peer::key(),
        bytes in vec(any::<u8>(), 0..Nonce::LEN),
        pieces in peer::pieces(),
    ) {
        let mut server = Peer::new(pieces, |_: &[u8]| bytes.clone());
        let error = respond(&mut server, &Key::new(key)?, scheme).err();
        let Some(Error::Closed { message: HandshakeMessage::Nonce, received, expected: Nonce::LEN }) = error else {
            return Err(TestCaseError::fail(format!("{error:?}")));
        };
        prop_assert_eq!(received, bytes.len());
        prop_assert!(server.received.is_empty());
    }
}

#[test]
fn an_empty_response_is_rejected() -> Result<(), TestCaseError> {
    for scheme in [Scheme::Md5Hex, Scheme::Md5, Scheme::Sha256] {
        is_rejected(scheme, b"key".to_vec(), vec![100], |_| Vec::new())?;
    }
    Ok(())
}
