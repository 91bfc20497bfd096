//! The lines of a WebSocket handshake ([RFC 6455, section 4](https://www.rfc-editor.org/rfc/rfc6455#section-4)).

/// The headers that make a handshake one, or that lessons 5 and 6 mention.
const HEADERS: [&str; 9] = [
    "Host",
    "Upgrade",
    "Connection",
    "Origin",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Version",
    "Sec-WebSocket-Accept",
    "Sec-WebSocket-Protocol",
    "Sec-WebSocket-Extensions",
];

/// Returns whether the server switches to WebSocket.
pub(crate) fn is_accepted(status_line: &[u8]) -> bool {
    status_line.starts_with(b"HTTP/1.1 101")
}

/// Returns whether the bytes are the start of a header: a name ([RFC 9110, section 5.6.2][token]), a colon, and any value.
///
/// [token]: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
pub(crate) fn may_begin_header(bytes: &[u8]) -> bool {
    let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    let name = name(bytes).unwrap_or(bytes);
    name.iter().all(is_token) && (!name.is_empty() || bytes.is_empty())
}

/// Returns the name of a header if it is complete and one that matters.
pub(crate) fn header(bytes: &[u8]) -> Option<&'static str> {
    let name = name(bytes)?;
    HEADERS.into_iter().find(|header| header.as_bytes().eq_ignore_ascii_case(name))
}

/// Returns the bytes before the colon.
fn name(bytes: &[u8]) -> Option<&[u8]> {
    bytes.iter().position(|byte| *byte == b':').map(|colon| &bytes[..colon])
}
