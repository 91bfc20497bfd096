//! Without a valid key, no server starts and no client connects. With the tutorial's key, the user is warned.

use std::fs;

use anyhow::Result;
use programs::{Language, Unanswered, command, run};

use crate::common::{at_once, both, fails};

const PROGRAMS: [&str; 4] = ["gate-server", "gate-client", "echo-server", "echo-client"];

fn path(name: &str) -> String {
    format!("{}/{name}.key", env!("CARGO_TARGET_TMPDIR"))
}

#[test]
fn an_invalid_key_file() -> Result<()> {
    let cases: [(&str, Option<&[u8]>, &str); 4] = [
        ("empty", Some(b""), "the key is empty"),
        ("empty-line", Some(b"\r\n"), "the key is empty"),
        ("long", Some(&[b'k'; 1025]), "the key is longer than 1024 bytes"),
        ("missing", None, "cannot read the key file: No such file or directory"),
    ];
    for (name, bytes, _) in cases {
        bytes.map_or(Ok(()), |bytes| fs::write(path(name), bytes))?;
    }
    at_once(both(&PROGRAMS), |(program, language)| {
        for (name, _, reason) in cases {
            let file = path(name);
            let mut command = command(program, language)?;
            // The file takes precedence over the variable.
            command.args(["--key-file", &file]).env("OPEN_SESAME_KEY", "another key");
            fails(command, 1, &[&format!("{program}: --key-file {file}: {reason}")])?;
        }
        Ok(())
    })
}

#[test]
fn an_invalid_environment_variable() -> Result<()> {
    let cases = [("", "the key is empty"), (&"k".repeat(1025), "the key is longer than 1024 bytes")];
    at_once(both(&PROGRAMS), |(program, language)| {
        for (key, reason) in cases {
            let mut command = command(program, language)?;
            command.env("OPEN_SESAME_KEY", key);
            fails(command, 1, &[&format!("{program}: environment variable OPEN_SESAME_KEY: {reason}")])?;
        }
        Ok(())
    })
}

#[test]
fn the_tutorials_key_causes_a_warning() -> Result<()> {
    let unanswered = Unanswered::new()?;
    let address = unanswered.address()?.to_string();
    at_once(Language::ALL, |language| {
        let ended = run("gate-client", language, &["--connect", &address], b"")?;
        let note = "note: using the tutorial's key, which is public; set your own with --key-file or OPEN_SESAME_KEY";
        assert_eq!(ended.err().first(), Some(&note), "{language:?}");
        Ok(())
    })
}
