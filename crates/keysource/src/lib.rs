//! Where a program's key comes from: `--key-file`, else the environment, else the tutorial.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};
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

impl KeySource {
    /// The key; where it is the tutorial's, with a word to the user that everyone has it.
    ///
    /// # Errors
    /// A key file that cannot be read, and a key that is empty or too long; the message names the source.
    pub fn load(&self, tutorial: &str) -> Result<Key> {
        if let Some(path) = &self.key_file {
            return Key::from_file(path).with_context(|| format!("--key-file {}", path.display()));
        }
        if let Some(key) = env::var_os(VARIABLE) {
            return Key::new(key.into_encoded_bytes()).with_context(|| format!("environment variable {VARIABLE}"));
        }
        console::warn!("note: the key is the tutorial's, which is public; give your own with --key-file or {VARIABLE}");
        Key::new(tutorial).context("the tutorial's key")
    }
}
