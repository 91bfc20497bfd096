use serde::{Serialize, Serializer};

/// What a good token says. Times are seconds since 1970 (UTC), and may have fractions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Claims {
    /// Who is calling.
    pub user_id: String,
    /// When it ends: from then on it lets nobody in.
    #[serde(serialize_with = "seconds")]
    pub exp: f64,
    /// When it begins, if it has not from the first.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "some_seconds")]
    pub nbf: Option<f64>,
}

/// Whole seconds without a point: `1795377662`.
fn seconds<S: Serializer>(time: &f64, to: S) -> Result<S::Ok, S::Error> {
    if time.fract() == 0.0 && time.abs() < i64::MAX as f64 {
        to.serialize_i64(*time as i64)
    } else {
        to.serialize_f64(*time)
    }
}

fn some_seconds<S: Serializer>(time: &Option<f64>, to: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => seconds(time, to),
        None => to.serialize_none(),
    }
}
