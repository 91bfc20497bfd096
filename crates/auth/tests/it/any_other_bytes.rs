//! Only the right response is ever accepted. A short one is an error, all others are rejected, and nothing panics.

use auth::{Error, HandshakeMessage, Key, Nonce, Scheme, Verdict, challenge, respond};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::peer::{self, Peer};

/// What a client without the key sends instead of the right response.
#[derive(Clone, Debug)]
pub(crate) enum Forgery {
    Bytes(Vec<u8>),
    /// This many bytes of the right response, and then these.
    Prefix(usize, Vec<u8>),
    /// The right response with one bit inverted.
    Bit(usize),
}

impl Forgery {
    pub(crate) fn bytes(&self, right: &[u8]) -> Vec<u8> {
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

pub(crate) fn forgery() -> impl Strategy<Value = Forgery> {
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
        if response == right.as_bytes() || scheme != Scheme::Md5Hex && response.starts_with(right.as_bytes()) {
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
    fn responses_that_are_right_elsewhere_are_rejected(
        scheme in peer::scheme(),
        key in peer::key(),
        other_key in peer::key(),
        other_nonce: [u8; Nonce::LEN],
        more in vec(any::<u8>(), 1..40),
        pieces in peer::pieces(),
    ) {
        let response_to_other_nonce = scheme.response(&Key::new(key.clone())?, other_nonce);
        is_rejected(scheme, key.clone(), pieces.clone(), |_| response_to_other_nonce.as_bytes().to_vec())?;
        is_rejected(Scheme::Md5Hex, key.clone(), pieces.clone(), <[u8]>::to_ascii_uppercase)?;
        is_rejected(Scheme::Md5Hex, key.clone(), vec![100], |right| [right, &more].concat())?;
        is_rejected(scheme, key.clone(), vec![100], |_| Vec::new())?;

        prop_assume!(key != other_key);
        let (key, other_key) = (Key::new(key)?, Key::new(other_key)?);
        let client = Peer::new(pieces, |nonce: &[u8]| scheme.response(&other_key, nonce).as_bytes().to_vec());
        prop_assert_eq!(challenge(client, &key, scheme)?, Verdict::Rejected);
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
