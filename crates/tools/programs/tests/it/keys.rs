//! Without a valid key, no server starts and no client connects. With the tutorial's key, the user is warned.

use std::fs;

use anyhow::Result;
use programs::{ClosedPort, Language, command, run};

use crate::common::{at_once, both, fails};

/// A server and a client. The others of lessons 1 and 2 load their keys with the same function.
const PROGRAMS: [&str; 2] = ["gate-server", "echo-client"];

#[test]
fn an_invalid_key_is_an_error_that_names_its_source() -> Result<()> {
    let (empty, too_long) = ("the key is empty", "the key is longer than 1024 bytes");
    let long = "k".repeat(1025);
    let path = |name: &str| format!("{}/{name}.key", env!("CARGO_TARGET_TMPDIR"));
    for (name, text) in [("empty", ""), ("empty-line", "\r\n"), ("long", &long)] {
        fs::write(path(name), text)?;
    }
    at_once(both(&PROGRAMS), |(program, language)| {
        let missing = "cannot read the key file: No such file or directory";
        for (name, reason) in [("empty", empty), ("empty-line", empty), ("long", too_long), ("missing", missing)] {
            let mut command = command(program, language)?;
            // The file takes precedence over the variable.
            command.args(["--key-file", &path(name)]).env("OPEN_SESAME_KEY", "another key");
            fails(command, 1, &[&format!("{program}: --key-file {}: {reason}", path(name))])?;
        }
        for (key, reason) in [("", empty), (&long, too_long)] {
            let mut command = command(program, language)?;
            command.env("OPEN_SESAME_KEY", key);
            fails(command, 1, &[&format!("{program}: environment variable OPEN_SESAME_KEY: {reason}")])?;
        }
        Ok(())
    })
}

#[test]
fn the_tutorials_key_causes_a_warning() -> Result<()> {
    let closed_port = ClosedPort::new()?;
    let address = closed_port.address.to_string();
    at_once(Language::ALL, |language| {
        let ended = run("gate-client", language, &["--connect", &address], b"")?;
        let note = "note: using the tutorial's key, which is public; set your own with --key-file or OPEN_SESAME_KEY";
        assert_eq!(ended.err().first(), Some(&note), "{language:?}");
        Ok(())
    })
}
