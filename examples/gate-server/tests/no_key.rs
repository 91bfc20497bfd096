//! Without a key that will do, the server does not start.

use std::fs;

use anyhow::Result;
use programs::{Ended, Language, Process, command};

#[test]
fn the_key_file_is_missing() -> Result<()> {
    let file = [env!("CARGO_TARGET_TMPDIR"), "/never-written"].concat();
    let says =
        format!("gate-server: --key-file {file}: the key file cannot be read: No such file or directory (os error 2)");
    assert_one_error(&start(&["--key-file", &file], None)?, &says);
    Ok(())
}

#[test]
fn the_key_file_is_empty() -> Result<()> {
    let file = [env!("CARGO_TARGET_TMPDIR"), "/empty"].concat();
    fs::write(&file, "\r\n")?;
    let says = format!("gate-server: --key-file {file}: the key is empty");
    assert_one_error(&start(&["--key-file", &file], None)?, &says);
    // A key file goes before the variable.
    assert_one_error(&start(&["--key-file", &file], Some("another key"))?, &says);
    Ok(())
}

#[test]
fn the_variable_is_empty_or_too_long() -> Result<()> {
    for (key, says) in [("", "the key is empty"), (&"k".repeat(1025), "the key is longer than 1024 bytes")] {
        assert_one_error(
            &start(&[], Some(key))?,
            &format!("gate-server: environment variable OPEN_SESAME_KEY: {says}"),
        );
    }
    Ok(())
}

fn start(options: &[&str], key: Option<&str>) -> Result<Ended> {
    let mut command = command("gate-server", Language::Rust)?;
    command.args(["--listen", "127.0.0.1:0"]).args(options).envs(key.map(|key| ("OPEN_SESAME_KEY", key)));
    Process::start(&mut command, b"")?.wait()
}

#[track_caller]
fn assert_one_error(ended: &Ended, says: &str) {
    assert_eq!(ended.err(), [says]);
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(ended.out(), [""; 0]);
}
