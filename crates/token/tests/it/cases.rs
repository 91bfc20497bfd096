//! One table of cases, `../cases.json`, for both languages.

use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use auth::Key;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Sha256, Sha512};
use token::Claims;

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn table() -> Result<Value> {
    Ok(serde_json::from_str(include_str!("../cases.json"))?)
}

#[test]
fn each_case_has_its_outcome() -> Result<()> {
    let table = table()?;
    let cases = table["cases"].as_array().context("no cases")?;
    ensure!(cases.len() >= 135, "only {} cases", cases.len());
    let mut wrong = Vec::new();
    for case in cases {
        // A case inherits what it lacks from the table.
        let value = |name: &str| case.get(name).or(table.get(name));
        let text = |name: &str| value(name).and_then(Value::as_str);
        let (key, token) = key_and_token(text, case).with_context(|| case["name"].to_string())?;
        let now = value("now").and_then(Value::as_f64).context("no now")?;
        let checked = token::check(&token, &Key::new(key)?, UNIX_EPOCH + Duration::from_secs_f64(now));
        let outcome = checked.map(|claims| claims.user_id).map_err(|reason| reason.to_string());
        let expected = match case["rejected"].as_str() {
            Some(reason) => Err(reason.to_owned()),
            None => Ok(text("user_id").context("no user_id")?.to_owned()),
        };
        if outcome != expected {
            wrong.push(format!("{}: {outcome:?}", case["name"]));
        }
    }
    ensure!(wrong.is_empty(), "{wrong:#?}");
    Ok(())
}

#[test]
fn both_languages_mint_the_same_tokens() -> Result<()> {
    let table = table()?;
    let key = Key::new(table["key"].as_str().context("no key")?)?;
    for minted in table["minted"].as_array().context("nothing minted")? {
        let claims = Claims {
            user_id: minted["user_id"].as_str().context("no user_id")?.to_owned(),
            exp: minted["exp"].as_f64().context("no exp")?,
            nbf: minted["nbf"].as_f64(),
        };
        let token = token::mint(&claims, &key)?;
        assert_eq!(token, minted["token"]);
        assert_eq!(token::check(&token, &key, UNIX_EPOCH + Duration::from_secs_f64(claims.exp - 1.0)), Ok(claims));
    }
    Ok(())
}

#[test]
fn a_time_that_json_cannot_express_is_not_minted() -> Result<()> {
    let claims = Claims { user_id: "someone@example.com".to_owned(), exp: f64::INFINITY, nbf: None };
    assert!(token::mint(&claims, &Key::new("secret_key")?).is_err());
    let claims = Claims { exp: 1.0, nbf: Some(f64::NAN), ..claims };
    assert!(token::mint(&claims, &Key::new("secret_key")?).is_err());
    Ok(())
}

#[test]
fn python_passes_the_same_cases() -> Result<()> {
    let mut python = programs::python();
    python.current_dir(programs::root()).args(["-W", "error", "-m", "unittest", "crates.token.test_cases"]);
    let output = python.output()?;
    let report = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && report.contains("\nRan 3 tests in "), "{report}");
    Ok(())
}

/// The key for the check, and the token, signed with hmac alone.
fn key_and_token<'a>(text: impl Fn(&str) -> Option<&'a str>, case: &'a Value) -> Result<(Vec<u8>, String)> {
    let filler = case["filler"][0].as_str().unwrap_or_default();
    let times = case["filler"][1].as_u64().unwrap_or_default();
    let filled = |text: &str| text.replace("FILLER", &filler.repeat(times as usize));

    let key = match text("key_hex") {
        Some(hex) => from_hex(hex)?,
        None => text("key").context("no key")?.into(),
    };
    let signed_with = text("signed_with").map_or(key.clone(), Into::into);
    let header = URL_SAFE_NO_PAD.encode(text("header").context("no header")?);
    let claims = match text("claims_hex") {
        Some(hex) => URL_SAFE_NO_PAD.encode(from_hex(hex)?),
        None => URL_SAFE_NO_PAD.encode(filled(text("claims").context("no claims")?)),
    };
    let message = format!("{header}.{claims}");
    let signature = match text("signature") {
        Some("HS512") => {
            Hmac::<Sha512>::new_from_slice(&signed_with)?.chain_update(message).finalize().into_bytes().to_vec()
        }
        _ => Hmac::<Sha256>::new_from_slice(&signed_with)?.chain_update(message).finalize().into_bytes().to_vec(),
    };
    let token = filled(text("form").unwrap_or("{header}.{claims}.{signature}"))
        .replace("{header}", &text("sent_header").map_or(header, |sent| URL_SAFE_NO_PAD.encode(sent)))
        .replace("{claims}", &text("sent_claims").map_or(claims, |sent| URL_SAFE_NO_PAD.encode(sent)))
        .replace("{signature_plain}", &STANDARD_NO_PAD.encode(&signature))
        .replace("{signature}", &altered(signature, text("signature"))?);
    Ok((key, token))
}

fn altered(mut signature: Vec<u8>, how: Option<&str>) -> Result<String> {
    let last = signature.pop().context("an empty signature")?;
    match how {
        Some("one bit flipped") => signature.push(last ^ 1),
        Some("a byte short") => {}
        Some("a byte long") => signature.extend([last, 0]),
        Some("empty") => signature.clear(),
        None | Some("HS512" | "other trailing bits") => signature.push(last),
        Some(other) => bail!("{other}?"),
    }
    let mut text = URL_SAFE_NO_PAD.encode(signature);
    if how == Some("other trailing bits") {
        // The lowest two of the last character's six bits belong to no byte.
        let last = text.pop().and_then(|char| ALPHABET.find(char)).context("not base64url")?;
        text.push_str(&ALPHABET[last + 1..last + 2]);
    }
    Ok(text)
}

fn from_hex(hex: &str) -> Result<Vec<u8>> {
    ensure!(hex.len().is_multiple_of(2), "half a byte");
    (0..hex.len()).step_by(2).map(|at| Ok(u8::from_str_radix(&hex[at..at + 2], 16)?)).collect()
}
