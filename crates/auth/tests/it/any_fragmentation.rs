//! However the network breaks up a handshake, and whatever interrupts it, the right answer is accepted.

use crate::peer;

use auth::{Key, Nonce, Scheme, Verdict, challenge, respond};
use peer::Peer;
use proptest::prelude::*;

proptest! {
    #[test]
    fn the_right_answer_is_accepted(scheme in peer::scheme(), key in peer::key(), pieces in peer::pieces()) {
        let key = Key::new(key)?;
        let mut client = Peer::new(pieces, |nonce: &[u8]| scheme.response(&key, nonce).as_bytes().to_vec());
        prop_assert_eq!(challenge(&mut client, &key, scheme)?, Verdict::Accepted);
        prop_assert_eq!(client.heard.len(), Nonce::LEN);
        prop_assert!(client.unread.is_empty());
    }

    #[test]
    fn the_nonce_is_answered(
        scheme in peer::scheme(),
        key in peer::key(),
        nonce: [u8; Nonce::LEN],
        pieces in peer::pieces(),
    ) {
        let key = Key::new(key)?;
        let mut server = Peer::new(pieces, |_: &[u8]| nonce.to_vec());
        let (seen, answer) = respond(&mut server, &key, scheme)?;
        prop_assert_eq!(seen, Nonce::from(nonce));
        let right = scheme.response(&key, nonce);
        prop_assert_eq!(answer.as_bytes(), right.as_bytes());
        prop_assert_eq!(&server.heard[..], answer.as_bytes());
    }

    #[test]
    fn one_side_accepts_the_other(scheme in peer::scheme(), key in peer::key(), pieces in peer::pieces()) {
        let key = Key::new(key)?;
        let mut client = Peer::new(pieces.clone(), |nonce: &[u8]| {
            let mut server = Peer::new(pieces, |_: &[u8]| nonce.to_vec());
            respond(&mut server, &key, scheme).expect("a whole nonce");
            server.heard
        });
        prop_assert_eq!(challenge(&mut client, &key, scheme)?, Verdict::Accepted);
    }

    #[test]
    fn bytes_after_a_raw_answer_are_left_for_the_session(
        scheme in prop_oneof![Just(Scheme::Md5), Just(Scheme::Sha256)],
        key in peer::key(),
        pieces in peer::pieces(),
        after in proptest::collection::vec(any::<u8>(), 0..100),
    ) {
        let key = Key::new(key)?;
        let mut client = Peer::new(pieces, |nonce: &[u8]| [scheme.response(&key, nonce).as_bytes(), &after].concat());
        prop_assert_eq!(challenge(&mut client, &key, scheme)?, Verdict::Accepted);
        prop_assert_eq!(client.unread, after);
    }
}
