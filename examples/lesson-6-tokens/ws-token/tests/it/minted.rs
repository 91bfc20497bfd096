//! What ws-token prints is a token that names the user and is valid for the time asked for, and nothing else.

use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use auth::Key;
use programs::{Language, run};
use token::{Claims, Rejected, check};

/// A token minted with these options and the tutorial's key, and the time just before.
fn minted(language: Language, options: &[&str]) -> Result<(String, SystemTime)> {
    let before = SystemTime::now();
    let ended = run("ws-token", language, options, b"")?;
    assert!(ended.status.success(), "{language:?}: {ended:?}");
    let out = ended.out();
    assert_eq!(out.len(), 1, "{language:?}: {out:?}");
    Ok((out.first().context("no token")?.to_string(), before))
}

#[test]
fn it_is_valid_until_it_expires() -> Result<()> {
    let key = Key::new("secret_key")?;
    for language in Language::ALL {
        let (token, before) = minted(language, &["--user", "芝麻@example.com", "--expires-in", "1m 30s"])?;
        // A millisecond for the rounding.
        let (first, last) = (before + Duration::from_millis(89_999), SystemTime::now() + Duration::from_millis(90_001));
        let Claims { user_id, nbf, .. } = check(&token, &key, first)?;
        assert_eq!((user_id.as_str(), nbf), ("芝麻@example.com", None), "{language:?}");
        assert_eq!(check(&token, &key, last), Err(Rejected::Expired), "{language:?}");
    }
    Ok(())
}

#[test]
fn it_is_not_valid_before_it_begins() -> Result<()> {
    let key = Key::new("secret_key")?;
    for language in Language::ALL {
        let options = ["--user", "someone@example.com", "--expires-in", "1h", "--valid-in", "500ms"];
        let (token, before) = minted(language, &options)?;
        let (first, last) = (before + Duration::from_millis(499), SystemTime::now() + Duration::from_millis(501));
        assert_eq!(check(&token, &key, first), Err(Rejected::NotYetValid), "{language:?}");
        assert!(check(&token, &key, last).is_ok(), "{language:?}");
    }
    Ok(())
}
