//! HS256 requires a key of 32 bytes: a shorter key of the user is an error, and the tutorial's comes with a note.

use std::fs;
use std::process::Command;
use std::time::SystemTime;

use anyhow::Result;
use auth::Key;
use programs::{Ended, Language, Process, command};
use token::check;

fn mint(command: &mut Command) -> Result<Ended> {
    Process::start(command.args(["--user", "someone@example.com", "--expires-in", "60s"]), b"")?.wait()
}

fn write_key(name: &str, bytes: &[u8]) -> Result<String> {
    let path = format!("{}/short_key_{name}", env!("CARGO_TARGET_TMPDIR"));
    fs::write(&path, bytes)?;
    Ok(path)
}

#[test]
fn a_short_key_is_an_error_that_names_its_source() -> Result<()> {
    let too_short =
        |length: usize| format!("the key has {length} bytes; HS256 asks for 32 or more (RFC 7518, section 3.2)");
    for language in Language::ALL {
        for length in [10, 31] {
            let file = write_key(&length.to_string(), &vec![b'k'; length])?;
            let reason = too_short(length);
            let ended = mint(command("ws-token", language)?.args(["--key-file", &file]))?;
            assert_eq!(ended.err(), [format!("ws-token: --key-file {file}: {reason}")], "{language:?}");
            assert_eq!(ended.status.code(), Some(1), "{language:?}");
        }
        let ended = mint(command("ws-token", language)?.env("OPEN_SESAME_KEY", "secret_key"))?;
        let error = format!("ws-token: environment variable OPEN_SESAME_KEY: {}", too_short(10));
        assert_eq!(ended.err(), [error], "{language:?}");
        assert_eq!(ended.status.code(), Some(1), "{language:?}");
    }
    Ok(())
}

#[test]
fn a_key_of_32_bytes_signs_without_a_note() -> Result<()> {
    // Also one that looks like a key of another kind.
    let public = b"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----";
    for (name, bytes) in [("32", [b'k'; 32].as_slice()), ("public", public)] {
        let file = write_key(name, bytes)?;
        for language in Language::ALL {
            let ended = mint(command("ws-token", language)?.args(["--key-file", &file]))?;
            assert_eq!(ended.err(), [""; 0], "{language:?}");
            assert!(check(ended.out()[0], &Key::new(bytes)?, SystemTime::now()).is_ok(), "{language:?}");
        }
    }
    Ok(())
}

#[test]
fn a_note_says_that_the_tutorials_key_is_public_and_short() -> Result<()> {
    let note = "note: using the tutorial's key, which is public and too short for HS256 (RFC 7518, section 3.2); \
                set your own of at least 32 bytes with --key-file or OPEN_SESAME_KEY";
    for language in Language::ALL {
        let ended = mint(&mut command("ws-token", language)?)?;
        assert_eq!(ended.err(), [note], "{language:?}");
        assert!(ended.status.success(), "{language:?}");
    }
    Ok(())
}
