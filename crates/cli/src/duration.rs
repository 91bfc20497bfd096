use std::time::Duration;

/// Parses a duration such as `3s`, `500ms` or `2m`. A value parser for clap.
///
/// # Errors
/// Returns a message for the user if the text is not a duration, or zero.
pub fn nonzero_duration(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(Duration::ZERO) => Err("the duration must be greater than zero".to_owned()),
        Ok(duration) => Ok(duration),
        Err(error) => Err(error.to_string()),
    }
}
