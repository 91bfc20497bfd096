//! The right response is accepted however the network fragments the handshake, and however often a signal interrupts
//! it.

use auth::{Key, Nonce, Scheme, Verdict, challenge, respond};
use proptest::prelude::*;

use crate::peer::{self, Peer};

proptest! {
    #[test]
    fn the_right_response_is_accepted(scheme in peer::scheme(), key in peer::key(), pieces in peer::pieces()) {
        let key = Key::new(key)?;
        let mut client = Peer::new(pieces, |nonce: &[u8]| scheme.response(&key, nonce).as_bytes().to_vec());
        prop_assert_eq!(challenge(&mut client, &key, scheme)?, Verdict::Accepted);
        prop_assert_eq!(client.received.len(), Nonce::LEN);
        prop_assert!(client.unread.is_empty());
    }

    #[test]
    fn the_client_responds_to_the_nonce(
        scheme in peer::scheme(),
        key in peer::key(),
        nonce: [u8; Nonce::LEN],
        pieces in peer::pieces(),
    ) {
        let key = Key::new(key)?;
        let mut server = Peer::new(pieces, |_: &[u8]| nonce.to_vec());
        let (seen, response) = respond(&mut server, &key, scheme)?;
        prop_assert_eq!(seen, Nonce::from(nonce));
        prop_assert!(scheme.response(&key, nonce).matches(response.as_bytes()));
        prop_assert_eq!(&server.received[..], response.as_bytes());
    }

    #[test]
    fn bytes_after_a_raw_response_are_left_for_the_session(
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
