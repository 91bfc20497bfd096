//! Bytes other than the right answer are never accepted, and never panic: too few are an error that says so, all others
//! are rejected.

use crate::peer;

use auth::{Error, Key, Message, Nonce, Scheme, Verdict, challenge, respond};
use peer::Peer;
use proptest::collection::vec;
use proptest::prelude::*;

/// What a client that does not hold the key sends in place of the right answer.
#[derive(Clone, Debug)]
enum Other {
    Bytes(Vec<u8>),
    /// So many bytes of the right answer, and then these.
    Prefix(usize, Vec<u8>),
    /// The right answer but for one bit.
    Bit(usize),
}

impl Other {
    fn than(&self, right: &[u8]) -> Vec<u8> {
        match self {
            Other::Bytes(bytes) => bytes.clone(),
            Other::Prefix(len, then) => [&right[..len % right.len()], then].concat(),
            Other::Bit(bit) => {
                let mut bytes = right.to_vec();
                bytes[bit / 8 % right.len()] ^= 1 << (bit % 8);
                bytes
            }
        }
    }
}

fn other() -> impl Strategy<Value = Other> {
    prop_oneof![
        vec(any::<u8>(), 0..70).prop_map(Other::Bytes),
        (any::<usize>(), vec(any::<u8>(), 0..40)).prop_map(|(len, then)| Other::Prefix(len, then)),
        any::<usize>().prop_map(Other::Bit),
    ]
}

/// Checks that a client which sends `what` of the right answer is not accepted.
fn is_refused(
    scheme: Scheme,
    key: Vec<u8>,
    pieces: peer::Pieces,
    what: impl Fn(&[u8]) -> Vec<u8>,
) -> Result<(), TestCaseError> {
    let key = Key::new(key)?;
    let mut sent = 0;
    let client = Peer::new(pieces, |nonce: &[u8]| {
        let right = scheme.response(&key, nonce);
        let mut answer = what(right.as_bytes());
        // Once in thousands of runs chance hits on the right answer, which would be accepted.
        if answer.starts_with(right.as_bytes()) {
            answer[0] ^= 1;
        }
        sent = answer.len();
        answer
    });
    let verdict = challenge(client, &key, scheme);
    let wanted = scheme.response_len();
    match verdict {
        Ok(verdict) => {
            prop_assert_eq!(verdict, Verdict::Rejected);
            prop_assert!(sent >= wanted);
        }
        Err(Error::Closed { part, received, wanted: of }) => {
            prop_assert_eq!((part, received, of), (Message::Response, sent, wanted));
            prop_assert!(sent < wanted);
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

proptest! {
    #[test]
    fn other_bytes_are_refused(
        scheme in peer::scheme(),
        key in peer::key(),
        pieces in peer::pieces(),
        other in other(),
    ) {
        is_refused(scheme, key, pieces, |right| other.than(right))?;
    }

    #[test]
    fn the_answer_of_another_key_is_refused(
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
    fn yesterdays_answer_is_refused(
        scheme in peer::scheme(),
        key in peer::key(),
        yesterday: [u8; Nonce::LEN],
        pieces in peer::pieces(),
    ) {
        let overheard = scheme.response(&Key::new(key.clone())?, yesterday);
        is_refused(scheme, key, pieces, |_| overheard.as_bytes().to_vec())?;
    }

    #[test]
    fn hex_in_upper_case_is_refused(key in peer::key(), pieces in peer::pieces()) {
        is_refused(Scheme::Md5Hex, key, pieces, <[u8]>::to_ascii_uppercase)?;
    }

    #[test]
    fn hex_with_more_behind_it_at_once_is_refused(key in peer::key(), more in vec(any::<u8>(), 1..40)) {
        let key = Key::new(key)?;
        let client = Peer::new(vec![100], |nonce: &[u8]| {
            [Scheme::Md5Hex.response(&key, nonce).as_bytes(), &more].concat()
        });
        prop_assert_eq!(challenge(client, &key, Scheme::Md5Hex)?, Verdict::Rejected);
    }

    #[test]
    fn less_than_a_nonce_is_not_answered(
        scheme in peer::scheme(),
        key in peer::key(),
        bytes in vec(any::<u8>(), 0..Nonce::LEN),
        pieces in peer::pieces(),
    ) {
        let mut server = Peer::new(pieces, |_: &[u8]| bytes.clone());
        let error = respond(&mut server, &Key::new(key)?, scheme).err();
        let Some(Error::Closed { part: Message::Nonce, received, wanted: Nonce::LEN }) = error else {
            return Err(TestCaseError::fail(format!("{error:?}")));
        };
        prop_assert_eq!(received, bytes.len());
        prop_assert!(server.heard.is_empty());
    }
}

#[test]
fn no_bytes_are_refused() -> Result<(), TestCaseError> {
    for scheme in [Scheme::Md5Hex, Scheme::Md5, Scheme::Sha256] {
        is_refused(scheme, b"key".to_vec(), vec![100], |_| Vec::new())?;
    }
    Ok(())
}
