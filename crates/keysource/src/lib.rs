//! Where a program's key comes from: `--key-file`, else the environment, else the tutorial.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use auth::Key;

/// The environment variable that holds the key where no `--key-file` is given.
pub const VARIABLE: &str = "OPEN_SESAME_KEY";

/// The option that says where the key is; to be flattened into a program's own.
#[derive(Clone, Debug, clap::Args)]
pub struct KeySource {
    /// File that holds the key; without it, the variable OPEN_SESAME_KEY, or else the tutorial's own key
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

/// The fewest bytes of a key for HS256: as many as its hash has (RFC 7518, section 3.2).
const LEAST_FOR_HS256: usize = 32;

impl KeySource {
    /// The key; where it is the tutorial's, with a word to the user that everyone has it.
    ///
    /// # Errors
    /// A key file that cannot be read, and a key that is empty or too long; the message names the source.
    pub fn load(&self, tutorial: &str) -> Result<Key> {
        if let Some(own) = self.own(|_| Ok(()))? {
            return Ok(own);
        }
        cli::warn!("note: using the tutorial's key, which is public; set your own with --key-file or {VARIABLE}");
        Key::new(tutorial).context("the tutorial's key")
    }

    /// The key, which is to sign tokens with HS256: the user's own must be as long as that asks for. The tutorial's is
    /// not, and is taken with a word about it.
    ///
    /// # Errors
    /// As [`KeySource::load`], and a key of the user's own that is too short.
    pub fn load_for_hs256(&self, tutorial: &str) -> Result<Key> {
        if let Some(own) = self.own(long_enough_for_hs256)? {
            return Ok(own);
        }
        cli::warn!(
            "note: using the tutorial's key, which is public and too short for HS256 (RFC 7518, section 3.2); \
             set your own of at least {LEAST_FOR_HS256} bytes with --key-file or {VARIABLE}"
        );
        Key::new(tutorial).context("the tutorial's key")
    }

    /// The user's own key, if there is one, and this finds nothing wrong with it.
    fn own(&self, check: impl Fn(&Key) -> Result<()>) -> Result<Option<Key>> {
        let (key, source) = if let Some(path) = &self.key_file {
            (Key::from_file(path), format!("--key-file {}", path.display()))
        } else if let Some(key) = env::var_os(VARIABLE) {
            (Key::new(key.into_encoded_bytes()), format!("environment variable {VARIABLE}"))
        } else {
            return Ok(None);
        };
        let checked = key.map_err(Into::into).and_then(|key| check(&key).map(|()| key));
        checked.context(source).map(Some)
    }
}

fn long_enough_for_hs256(key: &Key) -> Result<()> {
    let length = key.as_bytes().len();
    ensure!(
        length >= LEAST_FOR_HS256,
        "the key has {length} bytes; HS256 asks for {LEAST_FOR_HS256} or more (RFC 7518, section 3.2)"
    );
    Ok(())
}
