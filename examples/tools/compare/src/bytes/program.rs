//! A lesson's program in one of its versions: ours in Rust, its twin in Python, or a program of the reader's own.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use programs::{Language, Process};
use wire::Lesson;

use super::Original;
use super::expected::USER;

/// Runs a program that knows only the tutorial's ports on other ports.
const RUN_ORIGINAL: &str = "examples/tools/compare/original.py";

#[derive(Clone, Debug)]
pub(crate) enum Program {
    Rust,
    Python,
    Naive(Language),
    Original(PathBuf),
}

impl Program {
    /// Returns the versions of a program: the reader's own takes the place of the twin that it replaces.
    pub(super) fn versions(lesson: &Lesson, name: &str, original: Option<&Original>, with_naive: bool) -> Vec<Program> {
        if name.starts_with("naive-") {
            return Language::ALL.map(Program::Naive).to_vec();
        }
        let original = original.filter(|original| original.role == name);
        let twin = original.map_or(Program::Python, |original| Program::Original(original.file.clone()));
        let mut versions = vec![Program::Rust, twin];
        // The naive programs of lessons 7 and 8 send other bytes, so they are a lesson by themselves.
        let sends_the_same = Lesson::named(&format!("naive-{}", lesson.name)).is_none();
        if with_naive && sends_the_same && programs::folder(&format!("naive-{name}")).is_ok() {
            versions.extend(Language::ALL.map(Program::Naive));
        }
        versions
    }

    pub(super) fn is_python(&self) -> bool {
        !matches!(self, Program::Rust | Program::Naive(Language::Rust))
    }

    pub(super) fn is_naive(&self) -> bool {
        matches!(self, Program::Naive(_))
    }

    pub(super) fn is_ours(&self) -> bool {
        !matches!(self, Program::Original(_))
    }

    /// Returns a command that starts the server on a free port and prints `… listens on ADDRESS`.
    pub(crate) fn server(&self, lesson: &Lesson) -> Result<Command> {
        if let Program::Original(file) = self {
            return Ok(original(file, lesson.port, 0));
        }
        let mut command = self.command(lesson.server)?;
        command.envs(key_variable(lesson));
        if self.is_naive() {
            // Where naive-ws-server may create its error log.
            command.args(["127.0.0.1:0"; 2]).current_dir(programs::root().join("target"));
            return Ok(command);
        }
        command.args(["--listen", "127.0.0.1:0"]);
        if lesson.is_websocket() {
            command.args(["--listen-token", "127.0.0.1:0", "--error-log", "/dev/null"]);
        }
        Ok(command)
    }

    /// Returns a command that starts the client.
    pub(super) fn client(&self, lesson: &Lesson, server: SocketAddr) -> Result<Command> {
        if let Program::Original(file) = self {
            return Ok(original(file, lesson.port, server.port()));
        }
        let mut command = self.command(lesson.client)?;
        command.envs(key_variable(lesson));
        if self.is_naive() {
            command.arg(server.to_string());
            return Ok(command);
        }
        let url = if lesson.is_websocket() { "ws://" } else { "" };
        command.arg("--connect").arg(format!("{url}{server}"));
        if lesson.token_reply.is_some() {
            command.args(["--token", "-"]);
        }
        Ok(command)
    }

    /// Creates a token with ws-token, in the same language.
    pub(super) fn token(&self) -> Result<String> {
        let mut command = self.command("ws-token")?;
        let ended = Process::start(command.args(["--user", USER, "--expires-in", "10m"]), b"")?.wait()?;
        ensure!(ended.status.success(), "ws-token failed: {ended:?}");
        let token = ended.out().first().copied().context("ws-token printed no token")?;
        Ok(token.to_owned())
    }

    fn command(&self, name: &str) -> Result<Command> {
        let name =
            if self.is_naive() && !name.starts_with("naive-") { format!("naive-{name}") } else { name.to_owned() };
        programs::command(&name, if self.is_python() { Language::Python } else { Language::Rust })
    }
}

/// Returns the variable with the lesson's key, if it has one.
pub(crate) fn key_variable(lesson: &Lesson) -> Option<(&'static str, &'static str)> {
    (!lesson.key.is_empty()).then_some(("OPEN_SESAME_KEY", lesson.key))
}

/// Returns a command that runs a file whose one port is replaced by another.
fn original(file: &Path, tutorial_port: u16, port: u16) -> Command {
    let mut command = programs::python();
    // It may print any script, whatever the user's locale is.
    command.env("PYTHONUTF8", "1").arg(programs::root().join(RUN_ORIGINAL)).arg(file);
    command.args([tutorial_port, port].map(|port| port.to_string()));
    command
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Program::Rust => f.pad("Rust"),
            Program::Python => f.pad("Python"),
            Program::Naive(language) => f.pad(&format!("naive {language:?}")),
            Program::Original(file) => f.pad(&file.file_name().unwrap_or(file.as_os_str()).to_string_lossy()),
        }
    }
}
