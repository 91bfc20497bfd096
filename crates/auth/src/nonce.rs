use rand::TryRng;
use rand::rngs::SysRng;

use crate::Error;

/// A number used once: 32 random bytes, which make each challenge unlike every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nonce([u8; Nonce::LEN]);

impl Nonce {
    /// The length of a nonce, in bytes.
    pub const LEN: usize = 32;

    /// A nonce from the operating system's own generator, as Python's `os.urandom`.
    ///
    /// # Errors
    /// [`Error::NoRandomness`] where the system has none to give.
    pub fn random() -> Result<Nonce, Error> {
        let mut bytes = [0; Nonce::LEN];
        SysRng.try_fill_bytes(&mut bytes).map_err(Error::NoRandomness)?;
        Ok(Nonce(bytes))
    }
}

/// The nonce as it goes over the wire.
impl AsRef<[u8]> for Nonce {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A nonce that a peer sent, or one fixed for a test.
impl From<[u8; Nonce::LEN]> for Nonce {
    fn from(bytes: [u8; Nonce::LEN]) -> Nonce {
        Nonce(bytes)
    }
}
