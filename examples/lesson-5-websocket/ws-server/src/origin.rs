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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_matches_in_every_spelling() {
        for (option, header) in [
            ("http://localhost:8000", "http://localhost:8000"),
            ("HTTP://LocalHost:8000", "http://localhost:8000"),
            ("http://localhost:80", "http://localhost"),
            ("https://example.com", "https://example.com:443"),
            ("http://[::1]:8000", "http://[::1]:8000"),
            ("null", "null"),
        ] {
            assert!(option.parse::<Origin>().unwrap().matches(header), "{option} {header}");
        }
    }

    #[test]
    fn another_scheme_host_or_port_does_not_match() {
        let origin: Origin = "http://localhost:8000".parse().unwrap();
        for header in [
            "https://localhost:8000",
            "http://localhost",
            "http://localhost:8001",
            "http://localhost:8000.example.com",
            "http://localhost.example.com:8000",
            "http://user@localhost:8000",
            "http://localhost:8000/path",
            "http://localhost:8000/",
            "http://127.0.0.1:8000",
            "null",
            "",
        ] {
            assert!(!origin.matches(header), "{header}");
        }
        assert!(!"null".parse::<Origin>().unwrap().matches("http://localhost:8000"));
    }

    #[test]
    fn text_that_is_not_an_origin_is_rejected() {
        for text in [
            "",
            "localhost",
            "localhost:8000",
            "http://",
            "http://localhost/page.html",
            "http://localhost/",
            "http://a?b",
            "http://a@b",
            "http://a:65536",
            "http://a:",
            "//a",
        ] {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
    }
}
