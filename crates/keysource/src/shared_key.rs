use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use auth::Key;

use crate::{VARIABLE, users_key};

/// The minimum length of a key, in bytes: nobody can try all keys of this length.
const MIN_LEN: usize = 32;

/// How a user gets a key.
const MAKE_ONE: &str = "make one: cargo run -p mutual-server -- --make-key FILE";

/// The options of a program that needs a key of the user's own, for it to flatten into its own. No public key replaces it.
#[derive(Clone, Debug, clap::Args)]
pub struct SharedKey {
    /// File with the key, 32 bytes or more [default: the variable OPEN_SESAME_KEY]
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Write a new random key to this file, which only you may read, and exit
    #[arg(long, value_name = "FILE", conflicts_with = "key_file")]
    make_key: Option<PathBuf>,
}

impl SharedKey {
    /// Returns the user's key. With `--make-key`, writes a new one instead, and returns `None`: the program is done.
    ///
    /// # Errors
    /// Returns an error that says what to do if there is no key, it is too short, or its file cannot be read or written.
    pub fn load(&self) -> Result<Option<Key>> {
        if let Some(path) = &self.make_key {
            write_new_key(path)?;
            cli::say!("wrote a new key to {}; the other side needs a copy, and nobody else", path.display());
            return Ok(None);
        }
        let Some((key, source)) = users_key(self.key_file.as_deref())? else {
            bail!("there is no key: set one with --key-file or {VARIABLE}, or {MAKE_ONE}");
        };
        if let Some(path) = &self.key_file {
            warn_if_others_can_read(path);
        }
        let length = key.as_bytes().len();
        ensure!(length >= MIN_LEN, "{source}: the key has {length} bytes, and needs {MIN_LEN} or more; {MAKE_ONE}");
        Ok(Some(key))
    }
}

/// Writes a key to a file that did not exist before.
fn write_new_key(path: &Path) -> Result<()> {
    let key = Key::random()?;
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match file.and_then(|mut file| file.write_all(&[key.as_bytes(), b"\n"].concat())) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("--make-key {}: this file exists; choose another name", path.display())
        }
        result => result.with_context(|| format!("--make-key {}", path.display())),
    }
}

/// Warns as ssh does about its private keys.
fn warn_if_others_can_read(path: &Path) {
    let Ok(metadata) = fs::metadata(path) else { return };
    if metadata.is_file() && metadata.permissions().mode() & 0o077 != 0 {
        let path = path.display();
        cli::warn!("note: other users can read --key-file {path}; to keep them out, run: chmod 600 {path}");
    }
}
