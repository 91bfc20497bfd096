//! Who plays a part: our program in Rust, its twin, or a program of the reader's own.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;
use programs::Language;

/// Runs a program that knows port 9527 alone at another.
const RUN_ORIGINAL: &str = "examples/compare/original.py";

#[derive(Clone, Debug)]
pub(super) enum Player {
    Rust,
    Python,
    /// A program of the reader's own, in Python.
    Original(PathBuf),
}

impl Player {
    pub(super) fn is_python(&self) -> bool {
        !matches!(self, Player::Rust)
    }

    pub(super) fn is_ours(&self) -> bool {
        !matches!(self, Player::Original(_))
    }

    /// A command that starts the server at any free port; it prints `… listens on ADDRESS`.
    pub(super) fn server(&self, name: &str) -> Result<Command> {
        self.command(name, &["--listen", "127.0.0.1:0"], "0")
    }

    pub(super) fn client(&self, name: &str, server: SocketAddr) -> Result<Command> {
        self.command(name, &["--connect", &server.to_string()], &server.port().to_string())
    }

    fn command(&self, name: &str, options: &[&str], port: &str) -> Result<Command> {
        let language = match self {
            Player::Rust => Language::Rust,
            Player::Python => Language::Python,
            Player::Original(file) => {
                let mut command = programs::python();
                // What it prints may be in any script, whatever the user's locale.
                command.env("PYTHONUTF8", "1").arg(programs::root().join(RUN_ORIGINAL)).arg(file).arg(port);
                return Ok(command);
            }
        };
        let mut command = programs::command(name, language)?;
        command.args(options);
        Ok(command)
    }
}

impl fmt::Display for Player {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Player::Rust => f.pad("Rust"),
            Player::Python => f.pad("Python"),
            Player::Original(file) => f.pad(&file.file_name().unwrap_or(file.as_os_str()).to_string_lossy()),
        }
    }
}
