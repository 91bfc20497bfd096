use std::str::FromStr;

use tungstenite::http::Uri;

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
    let uri: Uri = text.parse().ok()?;
    let (scheme, authority) = (uri.scheme_str()?.to_ascii_lowercase(), uri.authority()?);
    let has_more =
        uri.path() != "/" || uri.query().is_some() || authority.as_str().contains('@') || text.ends_with('/');
    if has_more || uri.host().is_none_or(str::is_empty) {
        return None;
    }
    let host = authority.host().to_ascii_lowercase();
    Some(match (scheme.as_str(), authority.port_u16()) {
        // The authority has more than the host, but it is not a port.
        (_, None) if authority.as_str().len() > host.len() => return None,
        (_, None) | ("http", Some(80)) | ("https", Some(443)) => format!("{scheme}://{host}"),
        (_, Some(port)) => format!("{scheme}://{host}:{port}"),
    })
}
