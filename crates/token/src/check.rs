use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use auth::Key;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::hs256::{decode, is_signed};
use crate::{Claims, Rejected};

/// The maximum length of a token in bytes: many times that of a token from [`mint`](crate::mint).
pub const MAX_LEN: usize = 8192;

/// The name of the server that checks tokens. A token for other servers only (`aud`) is rejected.
pub const AUDIENCE: &str = "ws-server";

/// Returns the claims of a token that is signed with the key and valid now: not before `nbf`, and before `exp`.
///
/// # Errors
/// Returns the first reason to reject the token, in the order of [`Rejected`].
pub fn check(token: &str, key: &Key, now: SystemTime) -> Result<Claims, Rejected> {
    if token.len() > MAX_LEN {
        return Err(Rejected::TooLong);
    }
    let (message, signature) = token.rsplit_once('.').ok_or(Rejected::NotJwt)?;
    let (header, claims) = message.split_once('.').ok_or(Rejected::NotJwt)?;
    let header: Header = json_object(header)?;
    let claims: UncheckedClaims = json_object(claims)?;
    let signature = decode(signature).map_err(|_| Rejected::NotJwt)?;

    if header.alg != Some(Value::from("HS256")) {
        return Err(Rejected::NotHs256);
    }
    if header.crit.is_some() {
        return Err(Rejected::Critical);
    }
    if !is_signed(message, &signature, key) {
        return Err(Rejected::WrongSignature);
    }

    // From here on, the claims come from a holder of the key.
    let now = now.duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64());
    let exp = claims.exp.ok_or(Rejected::NoExpiration)?;
    if exp <= now {
        return Err(Rejected::Expired);
    }
    if claims.nbf.is_some_and(|nbf| nbf > now) {
        return Err(Rejected::NotYetValid);
    }
    if claims.aud.is_some_and(|audience| !audience.includes(AUDIENCE)) {
        return Err(Rejected::OtherAudience);
    }
    match claims.user_id {
        Some(Value::String(user_id)) if !user_id.is_empty() => Ok(Claims { user_id, exp, nbf: claims.nbf }),
        _ => Err(Rejected::NoUser),
    }
}

/// The members of a header that matter. Each may occur only once, or two readers could take the token for two things.
#[derive(Deserialize)]
struct Header {
    #[serde(default, deserialize_with = "present")]
    alg: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    crit: Option<Value>,
    #[serde(flatten)]
    _others: Others,
}

/// The members of the claims that matter. Each may occur only once.
#[derive(Deserialize)]
struct UncheckedClaims {
    #[serde(default, deserialize_with = "present")]
    aud: Option<Audience>,
    #[serde(default, deserialize_with = "present")]
    exp: Option<f64>,
    #[serde(default, deserialize_with = "present")]
    nbf: Option<f64>,
    #[serde(default, deserialize_with = "present")]
    user_id: Option<Value>,
    #[serde(flatten)]
    _others: Others,
}

/// One name or several (RFC 7519, section 4.1.3).
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn includes(&self, server: &str) -> bool {
        match self {
            Audience::One(name) => name == server,
            Audience::Several(names) => names.iter().any(|name| name == server),
        }
    }
}

/// The other members are parsed too, because serde does not check all of the JSON that it skips.
type Others = HashMap<String, Value>;

/// Treats an explicit `null` as present; serde would map it to `None`.
fn present<'a, T: Deserialize<'a>, D: Deserializer<'a>>(member: D) -> Result<Option<T>, D::Error> {
    T::deserialize(member).map(Some)
}

fn json_object<T: DeserializeOwned>(part: &str) -> Result<T, Rejected> {
    let json = decode(part).map_err(|_| Rejected::NotJwt)?;
    serde_json::from_slice(&json).map_err(|_| Rejected::NotJwt)
}
