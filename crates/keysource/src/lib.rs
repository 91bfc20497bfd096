//! Where a program's key comes from: `--key-file`, the environment, or the tutorial.

mod shared_key;

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use auth::Key;

pub use shared_key::SharedKey;

/// The environment variable with the key, for programs that are started without `--key-file`.
pub const VARIABLE: &str = "OPEN_SESAME_KEY";

/// The minimum length of a key for HS256, in bytes: the length of its hash (RFC 7518, section 3.2).
const MIN_FOR_HS256: usize = 32;

/// The option `--key-file`, for a program to flatten into its own.
#[derive(Clone, Debug, clap::Args)]
pub struct KeySource {
    /// File with the key [default: the variable OPEN_SESAME_KEY, or else the tutorial's key]
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

impl KeySource {
    /// Returns the user's key, or else the tutorial's, with a warning that it is public.
    ///
    /// # Errors
    /// Returns an error that names the source if the key file cannot be read, or the key is empty or too long.
    pub fn load(&self, tutorial: &str) -> Result<Key> {
        let Some((key, _)) = users_key(self.key_file.as_deref())? else {
            cli::warn!("note: using the tutorial's key, which is public; set your own with --key-file or {VARIABLE}");
            return Ok(Key::new(tutorial)?);
        };
        Ok(key)
    }

    /// Like [`KeySource::load`], for a key that signs tokens with HS256. The user's key must have the length that HS256
    /// requires. The tutorial's is shorter; the warning says so.
    ///
    /// # Errors
    /// Like [`KeySource::load`]; also if the user's key is too short.
    pub fn load_for_hs256(&self, tutorial: &str) -> Result<Key> {
        let Some((key, source)) = users_key(self.key_file.as_deref())? else {
            cli::warn!(
                "note: using the tutorial's key, which is public and too short for HS256 (RFC 7518, section 3.2); \
                 set your own of at least {MIN_FOR_HS256} bytes with --key-file or {VARIABLE}"
            );
            return Ok(Key::new(tutorial)?);
        };
        let length = key.as_bytes().len();
        ensure!(
            length >= MIN_FOR_HS256,
            "{source}: the key has {length} bytes; HS256 asks for {MIN_FOR_HS256} or more (RFC 7518, section 3.2)"
        );
        Ok(key)
    }
}

/// Returns the user's key, if there is one, and where it comes from.
fn users_key(key_file: Option<&Path>) -> Result<Option<(Key, String)>> {
    let (key, source) = if let Some(path) = key_file {
        (Key::from_file(path), format!("--key-file {}", path.display()))
    } else if let Some(key) = env::var_os(VARIABLE) {
        (Key::new(key.into_encoded_bytes()), format!("environment variable {VARIABLE}"))
    } else {
        return Ok(None);
    };
    Ok(Some((key.with_context(|| source.clone())?, source)))
}
