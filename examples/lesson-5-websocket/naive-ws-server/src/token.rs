use std::net::TcpStream;

use anyhow::{Context, Result, bail, ensure};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use chrono::Utc;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::{Message, WebSocket};

// Weak: the key is in the source, so everyone has it; and it is short enough to be guessed.
const KEY: &[u8] = b"secret_key";

/// Receives a token, and replies if it is valid.
pub fn check(mut socket: WebSocket<TcpStream>) -> Result<()> {
    let verdict = judge(socket.read()?.to_text()?);
    if let Ok(Some(reply)) = verdict {
        socket.send(Message::text(reply))?;
    }
    let code = if verdict.is_ok() { CloseCode::Normal } else { CloseCode::Error };
    socket.close(Some(CloseFrame { code, reason: "".into() }))?;
    while socket.read().is_ok() {}
    verdict.map(drop)
}

/// Checks a JSON Web Token: `header.claims.signature`, where the signature is an HMAC of the rest.
fn judge(token: &str) -> Result<Option<&'static str>> {
    let [header, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else { bail!("not a token") };
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY)?;
    mac.update(format!("{header}.{claims}").as_bytes());
    mac.verify_slice(&BASE64_URL_SAFE_NO_PAD.decode(signature)?)?;
    let claims: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims)?)?;
    // Weak: a token without an expiration time is valid forever.
    let exp = claims.get("exp").map_or(Some(f64::INFINITY), Value::as_f64).context("exp is not a number")?;
    let nbf = claims.get("nbf").map_or(Some(0.0), Value::as_f64).context("nbf is not a number")?;
    let now = Utc::now().timestamp() as f64;
    ensure!(nbf <= now, "the token is not valid yet");
    if exp <= now {
        return Ok(Some("Token Expired"));
    }
    Ok(claims["user_id"].as_str().filter(|user| !user.is_empty()).map(|_| "Authenticated!"))
}
