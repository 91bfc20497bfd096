use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use crate::{Error, KeyError, Nonce};

/// The secret that both sides hold: 1 to [`Key::MAX_LEN`] bytes.
///
/// A key never prints itself, and its bytes are wiped from memory when it is dropped.
pub struct Key(Zeroizing<Vec<u8>>);

impl Key {
    /// The maximum length of a key, in bytes. HMAC has no limit of its own, but it hashes a key that is longer than
    /// a block (64 bytes) before use, so a longer key adds no security (RFC 2104, section 3).
    pub const MAX_LEN: usize = 1024;

    /// Creates a key from its bytes.
    ///
    /// # Errors
    /// Returns an error if there are no bytes, or more than [`Key::MAX_LEN`].
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Key, KeyError> {
        let bytes = Zeroizing::new(bytes.into());
        match bytes.len() {
            0 => Err(KeyError::Empty),
            1..=Self::MAX_LEN => Ok(Key(bytes)),
            _ => Err(KeyError::TooLong),
        }
    }

    /// Creates a key from 32 random bytes of the operating system, written as 64 hexadecimal digits: it fits on a line.
    ///
    /// # Errors
    /// Returns an error if the system has no random bytes.
    pub fn random() -> Result<Key, Error> {
        let digits: String = Nonce::random()?.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Key(Zeroizing::new(digits.into_bytes())))
    }

    /// Reads a key from a file: all its bytes, except for one line ending at the end, which editors add.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, or [`Key::new`] rejects its contents.
    pub fn from_file(path: &Path) -> Result<Key, KeyError> {
        // One byte more than the longest key and its line ending shows that a file is too long.
        let max_read = Self::MAX_LEN + b"\r\n".len() + 1;
        // With its full capacity from the start, the buffer never moves and leaves an unwiped copy behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(max_read));
        File::open(path)
            .and_then(|file| file.take(max_read as u64).read_to_end(&mut bytes))
            .map_err(KeyError::Unreadable)?;
        let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        Key::new(line.strip_suffix(b"\r").unwrap_or(line))
    }

    /// Returns the secret bytes, for a library that computes with them. Do not print them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(secret)")
    }
}
