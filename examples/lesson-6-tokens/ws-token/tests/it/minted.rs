//! ws-token prints one line: a token for the user that is valid for the given time.

use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use auth::Key;
use programs::{Language, run};
use token::{Claims, Rejected, check};

/// Mints a token with the tutorial's key. Returns it, and the time just before.
fn mint(language: Language, options: &[&str]) -> Result<(String, SystemTime)> {
    let before = SystemTime::now();
    let ended = run("ws-token", language, options, b"")?;
    assert!(ended.status.success(), "{language:?}: {ended:?}");
    let out = ended.out();
    assert_eq!(out.len(), 1, "{language:?}: {out:?}");
    Ok((out.first().context("no token")?.to_string(), before))
}

#[test]
fn a_token_is_valid_until_it_expires() -> Result<()> {
    let key = Key::new("secret_key")?;
    for language in Language::ALL {
        let (token, before) = mint(language, &["--user", "芝麻@example.com", "--expires-in", "1m 30s"])?;
        // ws-token rounds to a millisecond.
        let (first, last) = (before + Duration::from_millis(89_999), SystemTime::now() + Duration::from_millis(90_001));
        let Claims { user_id, nbf, .. } = check(&token, &key, first)?;
        assert_eq!((user_id.as_str(), nbf), ("芝麻@example.com", None), "{language:?}");
        assert_eq!(check(&token, &key, last), Err(Rejected::Expired), "{language:?}");
    }
    Ok(())
}

#[test]
fn a_token_is_valid_only_after_valid_in() -> Result<()> {
    let key = Key::new("secret_key")?;
    for language in Language::ALL {
        let options = ["--user", "someone@example.com", "--expires-in", "1h", "--valid-in", "500ms"];
        let (token, before) = mint(language, &options)?;
        let (first, last) = (before + Duration::from_millis(499), SystemTime::now() + Duration::from_millis(501));
        assert_eq!(check(&token, &key, first), Err(Rejected::NotYetValid), "{language:?}");
        assert!(check(&token, &key, last).is_ok(), "{language:?}");
    }
    Ok(())
}

#[test]
fn times_that_leave_no_valid_time_are_errors() -> Result<()> {
    let (zero, late) = ("the duration must be greater than zero", "--valid-in must be shorter than --expires-in");
    for language in Language::ALL {
        for (times, status, error) in [
            (&["--expires-in", "0s"][..], 2, zero),
            (&["--expires-in", "60s", "--valid-in", "1m"], 1, late),
            (&["--expires-in", "60s", "--valid-in", "2m"], 1, late),
        ] {
            let ended = run("ws-token", language, &[&["--user", "someone@example.com"], times].concat(), b"")?;
            assert!(ended.err().iter().any(|line| line.contains(error)), "{language:?}: {ended:?}");
            assert_eq!(ended.status.code(), Some(status), "{language:?}: {times:?}");
            assert_eq!(ended.out(), [""; 0], "{language:?}: {times:?}");
        }
    }
    Ok(())
}
