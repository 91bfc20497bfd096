//! Without a key that will do, no server starts and no client calls; the tutorial's key is told to be public.

use crate::common;

use std::fs;

use anyhow::Result;
use common::{both, failed, system_error};
use programs::{Language, Unanswered, command};

const KEYED: [&str; 4] = ["gate-server", "gate-client", "echo-server", "echo-client"];

fn key_file(name: &str, bytes: Option<&[u8]>) -> Result<String> {
    let path = format!("{}/{name}.key", env!("CARGO_TARGET_TMPDIR"));
    if let Some(bytes) = bytes {
        fs::write(&path, bytes)?;
    }
    Ok(path)
}

#[test]
fn the_key_file_will_not_do() -> Result<()> {
    let cases: [(&str, Option<&[u8]>, &str); 4] = [
        ("never-written", None, "cannot read the key file: No such file or directory (os error 2)"),
        ("empty", Some(b""), "the key is empty"),
        ("empty-line", Some(b"\r\n"), "the key is empty"),
        ("long", Some(&[b'k'; 1025]), "the key is longer than 1024 bytes"),
    ];
    for (name, bytes, reason) in cases {
        let file = key_file(name, bytes)?;
        for (program, language) in both(&KEYED) {
            let mut command = command(program, language)?;
            // A key file goes before the variable.
            command.args(["--key-file", &file]).env("OPEN_SESAME_KEY", "another key");
            let reason = system_error(reason, language);
            failed(&mut command, 1, &[&format!("{program}: --key-file {file}: {reason}")])?;
        }
    }
    Ok(())
}

#[test]
fn the_variable_will_not_do() -> Result<()> {
    for (key, reason) in [("", "the key is empty"), (&"k".repeat(1025), "the key is longer than 1024 bytes")] {
        for (program, language) in both(&KEYED) {
            let mut command = command(program, language)?;
            command.env("OPEN_SESAME_KEY", key);
            failed(&mut command, 1, &[&format!("{program}: environment variable OPEN_SESAME_KEY: {reason}")])?;
        }
    }
    Ok(())
}

#[test]
fn the_tutorials_key_is_told_to_be_public() -> Result<()> {
    let unanswered = Unanswered::new()?;
    let address = unanswered.address()?.to_string();
    for language in Language::ALL {
        let ended = programs::run("gate-client", language, &["--connect", &address], b"")?;
        let note = "note: using the tutorial's key, which is public; set your own with --key-file or OPEN_SESAME_KEY";
        assert_eq!(ended.err().first(), Some(&note), "{language:?}");
    }
    Ok(())
}
