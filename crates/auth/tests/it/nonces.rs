//! Every nonce is different.

use std::collections::HashSet;

use auth::{Error, Key, Nonce, Scheme, challenge};

use crate::peer::Peer;

#[test]
fn nonces_differ_from_one_another() -> Result<(), Error> {
    let mut seen = HashSet::new();
    for _ in 0..1000 {
        let nonce = Nonce::random()?;
        assert_eq!(nonce.as_ref().len(), 32);
        // No part of a nonce stays the same either.
        for (place, part) in nonce.as_ref().chunks(8).enumerate() {
            assert!(seen.insert((place, part.to_vec())), "{nonce:?}");
        }
    }
    Ok(())
}

#[test]
fn each_challenge_sends_another_nonce() -> Result<(), Box<dyn std::error::Error>> {
    let key = Key::new("open sesame")?;
    let mut seen = HashSet::new();
    for _ in 0..100 {
        let mut client = Peer::new(vec![100], |_: &[u8]| Vec::new());
        assert!(challenge(&mut client, &key, Scheme::Md5).is_err());
        assert_eq!(client.received.len(), 32);
        assert!(seen.insert(client.received));
    }
    Ok(())
}
