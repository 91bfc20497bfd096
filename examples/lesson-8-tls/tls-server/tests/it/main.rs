//! One test binary; each module tests one behaviour.

mod certificates;
mod handshakes;
mod pairings;
mod peer;
mod servers;
mod sessions;
mod stalled_peers;

use anyhow::Result;
use programs::{Language, Process, Server, command};

const KEY: &str = "a key that only the two sides know";

/// Starts the server with the key of these tests.
fn server(language: Language, options: &[&str]) -> Result<Server> {
    let mut command = command("tls-server", language)?;
    Server::from_command(command.args(["--listen", "127.0.0.1:0"]).args(options).env("OPEN_SESAME_KEY", KEY))
}

/// Starts a client that wants to send "hello".
fn client(language: Language, server: &str, key: &str, options: &[&str]) -> Result<Process> {
    let mut command = command("tls-client", language)?;
    command.args(["--connect", server]).args(options).env("OPEN_SESAME_KEY", key);
    Process::start(&mut command, b"hello\n")
}
