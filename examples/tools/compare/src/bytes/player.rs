//! Who plays a part: our program in Rust, its twin, or a program of the reader's own.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use programs::{Language, Process};

use super::lessons::{Lesson, USER};

/// Runs a program that knows the tutorial's ports alone at others.
const RUN_ORIGINAL: &str = "examples/tools/compare/original.py";

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
    pub(super) fn server(&self, lesson: &Lesson) -> Result<Command> {
        if let Player::Original(file) = self {
            return Ok(original(file, lesson.tutorial_port(), 0));
        }
        let mut command = self.program(lesson.server)?;
        command.args(["--listen", "127.0.0.1:0"]);
        if lesson.is_websocket() {
            // Its failures are on standard error too, where they belong here.
            command.args(["--listen-token", "127.0.0.1:0", "--error-log", "/dev/null"]);
        }
        Ok(command)
    }

    pub(super) fn client(&self, lesson: &Lesson, server: SocketAddr) -> Result<Command> {
        if let Player::Original(file) = self {
            return Ok(original(file, lesson.tutorial_port(), server.port()));
        }
        let mut command = self.program(lesson.client)?;
        let url = if lesson.is_websocket() { "ws://" } else { "" };
        command.arg("--connect").arg(format!("{url}{server}"));
        if lesson.has_token() {
            command.args(["--token", "-"]);
        }
        Ok(command)
    }

    /// A token that ws-token mints, in the same language.
    pub(super) fn token(&self) -> Result<String> {
        let mut command = self.program("ws-token")?;
        let ended = Process::start(command.args(["--user", USER, "--expires-in", "10m"]), b"")?.wait()?;
        anyhow::ensure!(ended.status.success(), "ws-token mints no token: {ended:?}");
        let token = ended.out().first().copied().context("ws-token printed no token")?;
        Ok(token.to_owned())
    }

    fn program(&self, name: &str) -> Result<Command> {
        let language = if self.is_python() { Language::Python } else { Language::Rust };
        programs::command(name, language)
    }
}

/// What it does at the one port it does at the other.
fn original(file: &Path, tutorial_port: u16, port: u16) -> Command {
    let mut command = programs::python();
    // What it prints may be in any script, whatever the user's locale.
    command.env("PYTHONUTF8", "1").arg(programs::root().join(RUN_ORIGINAL)).arg(file);
    command.args([tutorial_port, port].map(|port| port.to_string()));
    command
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
