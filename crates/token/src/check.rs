use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use auth::Key;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::hs256::is_signed;
use crate::{Claims, Rejected};

/// The longest token taken, in bytes: many times what one of ours has.
pub const MAX_LEN: usize = 8192;

/// What the token says, if it was signed with the key and is valid now: from `nbf` on, and before `exp`.
///
/// # Errors
/// The first reason against it, in the order of [`Rejected`].
pub fn check(token: &str, key: &Key, now: SystemTime) -> Result<Claims, Rejected> {
    if token.len() > MAX_LEN {
        return Err(Rejected::TooLong);
    }
    let (message, signature) = token.rsplit_once('.').ok_or(Rejected::NotJwt)?;
    let (header, claims) = message.split_once('.').ok_or(Rejected::NotJwt)?;
    let header: HeaderMembers = json_object(header)?;
    let claims: ClaimMembers = json_object(claims)?;
    decoded(signature)?;

    if header.alg != Some(Value::from("HS256")) {
        return Err(Rejected::NotHs256);
    }
    if header.crit.is_some() {
        return Err(Rejected::Critical);
    }
    if !is_signed(message.as_bytes(), signature, key) {
        return Err(Rejected::WrongSignature);
    }

    // From here on, a holder of the key has said it.
    let now = now.duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64());
    let exp = claims.exp.ok_or(Rejected::NoEnd)?;
    if exp <= now {
        return Err(Rejected::Expired);
    }
    if claims.nbf.is_some_and(|nbf| nbf > now) {
        return Err(Rejected::NotYetValid);
    }
    match claims.user_id {
        Some(Value::String(user_id)) if !user_id.is_empty() => Ok(Claims { user_id, exp, nbf: claims.nbf }),
        _ => Err(Rejected::NoUser),
    }
}

/// What is looked at in a header. Given twice, one of these is an error, so that two readers cannot take it for two things.
#[derive(Deserialize)]
struct HeaderMembers {
    #[serde(default, deserialize_with = "given")]
    alg: Option<Value>,
    #[serde(default, deserialize_with = "given")]
    crit: Option<Value>,
    #[serde(flatten)]
    _others: Others,
}

/// What is looked at in claims; the same holds.
#[derive(Deserialize)]
struct ClaimMembers {
    #[serde(default, deserialize_with = "given")]
    exp: Option<f64>,
    #[serde(default, deserialize_with = "given")]
    nbf: Option<f64>,
    #[serde(default, deserialize_with = "given")]
    user_id: Option<Value>,
    #[serde(flatten)]
    _others: Others,
}

/// Read as well, because what is passed over is not held to be JSON in all.
type Others = HashMap<String, Value>;

/// A member that is `null` is there, unlike what serde makes of it by itself.
fn given<'a, T: Deserialize<'a>, D: Deserializer<'a>>(member: D) -> Result<Option<T>, D::Error> {
    T::deserialize(member).map(Some)
}

fn json_object<T: DeserializeOwned>(part: &str) -> Result<T, Rejected> {
    serde_json::from_slice(&decoded(part)?).map_err(|_| Rejected::NotJwt)
}

/// Without padding, foreign characters, or bits behind the last byte: of all texts for the same bytes one alone will do.
fn decoded(part: &str) -> Result<Vec<u8>, Rejected> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Rejected::NotJwt)
}
