//! HS256 asks for a key of 32 bytes: a shorter one of the user's own is refused, the tutorial's is taken with a word.

use std::fs;
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result};
use auth::Key;
use programs::{Ended, Language, Process, command};
use token::check;

fn ended(command: &mut Command) -> Result<Ended> {
    Process::start(command.args(["--user", "someone@example.com", "--expires-in", "60s"]), b"")?.wait()
}

fn key_file(name: &str, bytes: &[u8]) -> Result<String> {
    let path = format!("{}/short_key_{name}", env!("CARGO_TARGET_TMPDIR"));
    fs::write(&path, bytes)?;
    Ok(path)
}

#[test]
fn a_short_one_is_refused() -> Result<()> {
    let cases: [(&str, &[u8], &str); 3] = [
        ("ten", b"secret_key", "the key has 10 bytes; HS256 asks for 32 or more (RFC 7518, section 3.2)"),
        ("thirty-one", &[b'k'; 31], "the key has 31 bytes; HS256 asks for 32 or more (RFC 7518, section 3.2)"),
        ("empty", b"\n", "the key is empty"),
    ];
    for (name, bytes, reason) in cases {
        let file = key_file(name, bytes)?;
        for language in Language::ALL {
            let ended = ended(command("ws-token", language)?.args(["--key-file", &file]))?;
            assert_eq!(ended.err(), [format!("ws-token: --key-file {file}: {reason}")], "{language:?}");
            assert_eq!(ended.status.code(), Some(1), "{language:?}");
        }
    }
    for language in Language::ALL {
        let ended = ended(command("ws-token", language)?.env("OPEN_SESAME_KEY", "secret_key"))?;
        let reason = "the key has 10 bytes; HS256 asks for 32 or more (RFC 7518, section 3.2)";
        assert_eq!(ended.err(), [format!("ws-token: environment variable OPEN_SESAME_KEY: {reason}")], "{language:?}");
        assert_eq!(ended.status.code(), Some(1), "{language:?}");
    }
    Ok(())
}

#[test]
fn one_that_is_long_enough_signs_without_a_word() -> Result<()> {
    // Nor does it matter to either language that it looks like a key of another kind.
    let public = b"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----";
    for (name, bytes) in [("long-enough", [b'k'; 32].as_slice()), ("public", public)] {
        let file = key_file(name, bytes)?;
        for language in Language::ALL {
            let ended = ended(command("ws-token", language)?.args(["--key-file", &file]))?;
            assert_eq!(ended.err(), [""; 0], "{language:?}");
            let out = ended.out();
            assert!(
                check(out.first().context("no token")?, &Key::new(bytes)?, SystemTime::now()).is_ok(),
                "{language:?}"
            );
        }
    }
    Ok(())
}

#[test]
fn the_tutorials_is_told_to_be_public_and_short() -> Result<()> {
    let note = "note: using the tutorial's key, which is public and too short for HS256 (RFC 7518, section 3.2); \
                set your own of at least 32 bytes with --key-file or OPEN_SESAME_KEY";
    for language in Language::ALL {
        let ended = ended(&mut command("ws-token", language)?)?;
        assert_eq!(ended.err(), [note], "{language:?}");
        assert!(ended.status.success(), "{language:?}");
    }
    Ok(())
}
