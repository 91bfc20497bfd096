//! HTTP requests (RFC 9112), read strictly: text that another server could read differently is not a request.

use std::net::Ipv6Addr;

/// The head of an HTTP request.
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    /// Names in lower case, and values.
    headers: Vec<(String, String)>,
}

impl Request {
    /// Parses a head without the empty line at its end. Returns `None` if it is not a request in HTTP/1.1 or later.
    pub(crate) fn parse(head: &[u8]) -> Option<Request> {
        // One character for each byte, because header values may be in any encoding.
        let head: String = head.iter().copied().map(char::from).collect();
        let mut lines = head.split("\r\n");
        let parts: Vec<&str> = lines.next()?.split(' ').collect();
        let [method, target, version] = parts[..] else { return None };
        let is_version = version.strip_prefix("HTTP/1.").is_some_and(|minor| matches!(minor.as_bytes(), [b'1'..=b'9']));
        if !is_token(method) || !is_version {
            return None;
        }
        let headers = lines.map(parse_header).collect::<Option<Vec<_>>>()?;
        Some(Request { method: method.to_owned(), target: target.to_owned(), headers })
    }

    pub(crate) fn header_count(&self) -> usize {
        self.headers.len()
    }

    /// Returns the values of a header, one for each line.
    pub(crate) fn values(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|header| header.0 == name).map(|header| header.1.as_str()).collect()
    }

    /// Returns the value of a header that must occur exactly once.
    pub(crate) fn single_value(&self, name: &str) -> Option<&str> {
        match self.values(name)[..] {
            [value] => Some(value),
            _ => None,
        }
    }

    /// Returns the elements of a list header, in lower case. Several lines make one list (RFC 9110, section 5.3).
    pub(crate) fn elements(&self, name: &str) -> Vec<String> {
        let values = self.values(name).join(",").to_ascii_lowercase();
        values.split(',').map(trim).filter(|element| !element.is_empty()).map(str::to_owned).collect()
    }
}

fn parse_header(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let is_value = !value.contains(|char: char| char.is_ascii_control() && char != '\t');
    (is_token(name) && is_value).then(|| (name.to_ascii_lowercase(), trim(value).to_owned()))
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// Whether the text is a token (RFC 9110, section 5.6.2).
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|char| char.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(char))
}

/// Whether the text is the target of a GET request: a path, or a whole URL (RFC 9112, section 3.2).
pub(crate) fn is_target(text: &str) -> bool {
    let path = match text.split_once("://") {
        Some((scheme, rest)) if ["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) => {
            let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
            if !is_host(host) {
                return false;
            }
            path
        }
        _ if text.starts_with('/') => text,
        _ => return false,
    };
    is_uri_text(path, ":@/?")
}

/// Whether the text is a host with an optional port (RFC 3986, section 3.2).
pub(crate) fn is_host(text: &str) -> bool {
    split_host(text).is_some()
}

/// Splits a host and its port, which may be missing or empty.
pub(crate) fn split_host(text: &str) -> Option<(&str, &str)> {
    let end = if text.starts_with('[') { text.find(']')? + 1 } else { text.find(':').unwrap_or(text.len()) };
    let (host, rest) = text.split_at(end);
    let is_host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => !host.is_empty() && is_uri_text(host, ""),
    };
    let port = if rest.is_empty() { rest } else { rest.strip_prefix(':')? };
    (is_host && is_port(port)).then_some((host, port))
}

/// A URL may leave the port empty, and begin it with zeros.
fn is_port(text: &str) -> bool {
    let digits = text.trim_start_matches('0');
    digits.is_empty() || digits.chars().all(|char| char.is_ascii_digit()) && digits.parse::<u16>().is_ok()
}

/// Whether each character may be in a part of a URI, or is one of `also`. Others must be percent-encoded.
fn is_uri_text(text: &str, also: &str) -> bool {
    let mut rest = text.chars();
    while let Some(char) = rest.next() {
        let is_valid = match char {
            '%' => [rest.next(), rest.next()].into_iter().flatten().filter(char::is_ascii_hexdigit).count() == 2,
            _ => char.is_ascii_alphanumeric() || "-._~!$&'()*+,;=".contains(char) || also.contains(char),
        };
        if !is_valid {
            return false;
        }
    }
    true
}
