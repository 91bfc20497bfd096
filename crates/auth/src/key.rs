use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use crate::KeyError;

/// The secret that both sides hold: 1 to [`Key::MAX_LEN`] bytes.
///
/// It never prints itself, and its bytes are wiped from memory when it is dropped.
pub struct Key(Zeroizing<Vec<u8>>);

impl Key {
    /// The longest key taken, in bytes. HMAC itself has no limit, but hashes a key longer than its
    /// block (64 bytes) before use, so that more adds nothing (RFC 2104, section 3).
    pub const MAX_LEN: usize = 1024;

    /// A key of these bytes.
    ///
    /// # Errors
    /// [`KeyError::Empty`] or [`KeyError::TooLong`].
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Key, KeyError> {
        let bytes = Zeroizing::new(bytes.into());
        match bytes.len() {
            0 => Err(KeyError::Empty),
            1..=Self::MAX_LEN => Ok(Key(bytes)),
            _ => Err(KeyError::TooLong),
        }
    }

    /// The key in a file: all its bytes but one line ending at the end, which editors add.
    ///
    /// # Errors
    /// [`KeyError::Unreadable`] with what the system said, or what [`Key::new`] finds wrong.
    pub fn from_file(path: &Path) -> Result<Key, KeyError> {
        // One byte more than a key and its line ending may take tells a file that is too long.
        let room = Self::MAX_LEN + b"\r\n".len() + 1;
        let mut bytes = Zeroizing::new(Vec::with_capacity(room));
        File::open(path)
            .and_then(|file| file.take(room as u64).read_to_end(&mut bytes))
            .map_err(KeyError::Unreadable)?;
        let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        Key::new(line.strip_suffix(b"\r").unwrap_or(line))
    }

    /// The secret itself, for a library that computes with it. It is not to be printed.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(secret)")
    }
}
