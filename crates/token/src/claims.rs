use auth::Key;
use serde::ser::Error as _;
use serde::{Serialize, Serializer};

use crate::hs256::{encode, sign};

/// What a valid token states. Times are seconds since 1970 (UTC) and may have fractions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Claims {
    /// Who is calling.
    pub user_id: String,
    /// The time from which the token is no longer valid.
    #[serde(serialize_with = "seconds")]
    pub exp: f64,
    /// The time from which the token is valid, unless it always was.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "optional_seconds")]
    pub nbf: Option<f64>,
}

/// Creates a token with these claims, signed with the key.
///
/// # Errors
/// Returns an error if a time is infinite or not a number, which JSON cannot express.
pub fn mint(claims: &Claims, key: &Key) -> Result<String, serde_json::Error> {
    let header = encode(r#"{"typ":"JWT","alg":"HS256"}"#);
    Ok(sign(&format!("{header}.{}", encode(serde_json::to_string(claims)?)), key))
}

/// Writes whole seconds without a decimal point: `1795377662`.
fn seconds<S: Serializer>(time: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if !time.is_finite() {
        Err(S::Error::custom("a time must be a finite number"))
    } else if time.fract() == 0.0 && time.abs() < i64::MAX as f64 {
        serializer.serialize_i64(*time as i64)
    } else {
        serializer.serialize_f64(*time)
    }
}

fn optional_seconds<S: Serializer>(time: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => seconds(time, serializer),
        None => serializer.serialize_none(),
    }
}
