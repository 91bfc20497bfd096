//! Every nonce is different.

use std::collections::HashSet;
use std::io::{self, Read, Write};

use auth::{Error, Key, Nonce, Scheme, challenge};

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
        let mut client = Leaves(Vec::new());
        assert!(challenge(&mut client, &key, Scheme::Md5).is_err());
        assert_eq!(client.0.len(), 32);
        assert!(seen.insert(client.0));
    }
    Ok(())
}

/// A client that receives the nonce and closes.
struct Leaves(Vec<u8>);

impl Read for Leaves {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Ok(0)
    }
}

impl Write for Leaves {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
