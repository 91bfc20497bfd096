use std::str::FromStr;

use crate::request::split_host;

/// Where a page comes from, as a browser states it (RFC 6454, section 6.2): scheme, host and port; or `null` for a page
/// that does not come from a server, such as one opened from disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin(String);

impl Origin {
    /// Whether a browser's `Origin` header states this origin.
    pub(crate) fn matches(&self, header: &str) -> bool {
        header.parse().is_ok_and(|origin: Origin| origin == *self)
    }
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Origin, String> {
        if text == "null" {
            return Ok(Origin(text.to_owned()));
        }
        normal_form(text)
            .map(Origin)
            .ok_or_else(|| "expected an origin, such as http://localhost:8000, with no path; or null".to_owned())
    }
}

/// Returns the origin in lower case, without the scheme's default port.
fn normal_form(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    let (scheme, authority) = text.split_once("://")?;
    let (host, port) = split_host(authority)?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_lowercase())
        && scheme.chars().all(|char| char.is_ascii_alphanumeric() || "+-.".contains(char));
    if !is_scheme || authority.ends_with(':') {
        return None;
    }
    Some(match (scheme, port.parse::<u16>()) {
        (_, Err(_)) | ("http", Ok(80)) | ("https", Ok(443)) => format!("{scheme}://{host}"),
        (_, Ok(port)) => format!("{scheme}://{host}:{port}"),
    })
}
