use rand::TryRng;
use rand::rngs::SysRng;

use crate::Error;

/// A number used once: 32 random bytes, so that no challenge ever repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nonce([u8; Nonce::LEN]);

impl Nonce {
    /// The length of a nonce, in bytes.
    pub const LEN: usize = 32;

    /// Creates a nonce with the operating system's random generator, like `os.urandom` in Python.
    ///
    /// # Errors
    /// Returns an error if the system has no random bytes.
    pub fn random() -> Result<Nonce, Error> {
        let mut bytes = [0; Nonce::LEN];
        SysRng.try_fill_bytes(&mut bytes).map_err(Error::NoRandomness)?;
        Ok(Nonce(bytes))
    }
}

/// The bytes that go over the wire.
impl AsRef<[u8]> for Nonce {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A nonce that a peer sent, or a fixed one for a test.
impl From<[u8; Nonce::LEN]> for Nonce {
    fn from(bytes: [u8; Nonce::LEN]) -> Nonce {
        Nonce(bytes)
    }
}
