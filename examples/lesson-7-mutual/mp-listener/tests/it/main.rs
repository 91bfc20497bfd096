//! One test binary; each module tests one behaviour.
#![allow(clippy::expect_used, reason = "a test may panic, and so may its helpers")]

mod deadline;
mod live;
mod peer;
mod standard_library;
mod table;

use std::process::Command;

use anyhow::Result;
use programs::{Language, Server, command};

const KEY: &str = "a key that only the two sides know";

/// Starts the listener with the key of these tests.
fn listener(language: Language) -> Result<Server> {
    Server::from_command(with_key("mp-listener", language)?.args(["--listen", "127.0.0.1:0"]))
}

fn with_key(name: &str, language: Language) -> Result<Command> {
    let mut command = command(name, language)?;
    command.env("OPEN_SESAME_KEY", KEY);
    Ok(command)
}
