//! One table of cases, `../cases.json`, for both languages.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use auth::Key;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use programs::Process;
use serde_json::{Value, json};
use sha2::{Sha256, Sha512};
use token::Claims;
use wire::hex;

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn table() -> Result<Value> {
    Ok(serde_json::from_str(include_str!("../cases.json"))?)
}

#[test]
fn each_case_has_its_outcome_in_rust() -> Result<()> {
    let check = |case: &Case| match token::check(&case.token, &Key::new(case.key.clone())?, at(case.now)) {
        Ok(claims) => Ok(claims.user_id),
        Err(rejected) => Ok(rejected.to_string()),
    };
    assert_outcomes(|cases| cases.iter().map(check).collect())
}

#[test]
fn each_case_has_its_outcome_in_python() -> Result<()> {
    assert_outcomes(|cases| {
        let line =
            |case: &Case| json!({"check": case.token, "key": hex(&case.key), "now": case.now}).to_string() + "\n";
        python(&cases.iter().map(line).collect::<String>())
    })
}

fn assert_outcomes(outcomes: impl Fn(&[Case]) -> Result<Vec<String>>) -> Result<()> {
    let cases = cases()?;
    ensure!(cases.len() >= 135, "only {} cases", cases.len());
    let outcomes = outcomes(&cases)?;
    assert_eq!(outcomes.len(), cases.len());
    let wrong: Vec<_> = cases.iter().zip(&outcomes).filter(|(case, outcome)| case.outcome != **outcome).collect();
    let wrong: Vec<_> = wrong.iter().map(|(case, outcome)| format!("{}: {outcome}", case.name)).collect();
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
        assert_eq!(python(&json!({"mint": minted, "key": hex(key.as_bytes())}).to_string())?, [token.as_str()]);
        assert_eq!(token::check(&token, &key, at(claims.exp - 1.0)), Ok(claims));
    }
    Ok(())
}

#[test]
fn a_time_that_json_cannot_express_is_not_minted() -> Result<()> {
    let key = Key::new("secret_key")?;
    for (exp, nbf) in [(f64::INFINITY, None), (1.0, Some(f64::NAN))] {
        assert!(token::mint(&Claims { user_id: "someone@example.com".to_owned(), exp, nbf }, &key).is_err());
        let claims = json!({"user_id": "someone@example.com", "exp": exp.to_string(), "nbf": nbf.map(|_| "nan")});
        assert_eq!(python(&json!({"mint": claims, "key": "00"}).to_string())?, ["ValueError"]);
    }
    Ok(())
}

/// Asks the Python twin for the outcome of each line.
fn python(lines: &str) -> Result<Vec<String>> {
    let mut python = programs::python();
    python.current_dir(programs::root()).args(["-W", "error", "-m", "crates.token.tests.outcomes"]);
    let ended = Process::start(&mut python, lines.as_bytes())?.wait()?;
    ensure!(ended.status.success(), "{:?}", ended.err());
    ended.out().into_iter().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

fn at(seconds: f64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs_f64(seconds)
}

/// A row of the table: what check() gets, and what must come of it: a user or the reason to reject the token.
struct Case {
    name: String,
    key: Vec<u8>,
    token: String,
    now: f64,
    outcome: String,
}

fn cases() -> Result<Vec<Case>> {
    let table = table()?;
    let case = |case: &Value| {
        // A case inherits what it lacks from the table.
        let value = |name: &str| case.get(name).or(table.get(name));
        let text = |name: &str| value(name).and_then(Value::as_str);
        let name = text("name").context("no name")?.to_owned();
        let (key, token) = key_and_token(text, case).with_context(|| name.clone())?;
        let now = value("now").and_then(Value::as_f64).context("no now")?;
        let outcome = text("rejected").or(text("user_id")).context("no user_id")?.to_owned();
        Ok(Case { name, key, token, now, outcome })
    };
    table["cases"].as_array().context("no cases")?.iter().map(case).collect()
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
