//! Every nonce is different.

use std::collections::HashSet;

use auth::{Key, KeyError, Nonce, Scheme, challenge};

use crate::peer::Peer;

#[test]
fn each_challenge_sends_another_nonce() -> Result<(), KeyError> {
    let key = Key::new("open sesame")?;
    let mut seen = HashSet::new();
    for _ in 0..1000 {
        let mut client = Peer::new(vec![100], |_: &[u8]| Vec::new());
        assert!(challenge(&mut client, &key, Scheme::Md5).is_err());
        assert_eq!(client.received.len(), Nonce::LEN);
        // No part of a nonce stays the same either.
        for (place, part) in client.received.chunks(8).enumerate() {
            assert!(seen.insert((place, part.to_vec())), "{:?}", client.received);
        }
    }
    Ok(())
}
