//! Without a key that will do, no server is called.

mod ended;

use anyhow::Result;
use programs::{Ended, Unanswered};

#[test]
fn the_key_file_is_missing() -> Result<()> {
    let file = ended::key_file("missing", None)?;
    let says =
        format!("gate-client: --key-file {file}: the key file cannot be read: No such file or directory (os error 2)");
    assert_one_error(&ended::ended(&["--key-file", &file])?, &says);
    Ok(())
}

#[test]
fn the_key_file_is_empty() -> Result<()> {
    for (name, bytes) in [("empty", &b""[..]), ("empty-line", b"\n")] {
        let file = ended::key_file(name, Some(bytes))?;
        assert_one_error(
            &ended::ended(&["--key-file", &file])?,
            &format!("gate-client: --key-file {file}: the key is empty"),
        );
    }
    Ok(())
}

#[test]
fn the_key_file_is_too_long() -> Result<()> {
    let file = ended::key_file("long", Some(&[b'k'; 1025]))?;
    assert_one_error(
        &ended::ended(&["--key-file", &file])?,
        &format!("gate-client: --key-file {file}: the key is longer than 1024 bytes"),
    );
    Ok(())
}

#[test]
fn the_variable_is_empty() -> Result<()> {
    assert_one_error(
        &ended::with_key(Some(""), &[])?,
        "gate-client: environment variable OPEN_SESAME_KEY: the key is empty",
    );
    Ok(())
}

#[test]
fn the_tutorials_key_is_told_to_be_public() -> Result<()> {
    let unanswered = Unanswered::new()?;
    let ended = ended::with_key(None, &["--connect", &unanswered.address()?.to_string()])?;
    assert_eq!(
        ended.err().first(),
        Some(&"note: the key is the tutorial's, which is public; give your own with --key-file or OPEN_SESAME_KEY")
    );
    Ok(())
}

#[track_caller]
fn assert_one_error(ended: &Ended, says: &str) {
    assert_eq!(ended.err(), [says]);
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(ended.out(), [""; 0]);
}
