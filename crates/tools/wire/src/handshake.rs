//! The lines of a handshake (RFC 6455, section 4), by hand: to name a line needs its first few bytes and no library.

const REQUEST: &[u8] = b"GET ";
const RESPONSE: &[u8] = b"HTTP/1.1 ";
/// What a server says that takes the handshake.
const SWITCHED: &[u8] = b"HTTP/1.1 101";
/// The headers that make a handshake one, or that lessons 5 and 6 speak of.
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
/// How many bytes of a line are looked at: more than any name above has.
pub(crate) const HEAD: usize = 32;

pub(crate) fn may_begin_request_line(bytes: &[u8]) -> bool {
    agree(bytes, REQUEST)
}

pub(crate) fn may_begin_status_line(bytes: &[u8]) -> bool {
    agree(bytes, RESPONSE)
}

/// Whether frames follow the headers below this line.
pub(crate) fn is_switched(status_line: &[u8]) -> bool {
    status_line.starts_with(SWITCHED)
}

/// A name of letters and the like (RFC 9110, section 5.6.2), a colon, and whatever it says.
pub(crate) fn may_begin_header(bytes: &[u8]) -> bool {
    let is_of_a_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    let name = name(bytes).unwrap_or(bytes);
    name.iter().all(is_of_a_token) && (!name.is_empty() || bytes.is_empty())
}

/// The name of a header, if it is known by now and is one of those that matter.
pub(crate) fn header(bytes: &[u8]) -> Option<&'static str> {
    let name = name(bytes)?;
    HEADERS.into_iter().find(|header| header.as_bytes().eq_ignore_ascii_case(name))
}

/// What stands before the colon, if that has come.
fn name(bytes: &[u8]) -> Option<&[u8]> {
    bytes.iter().position(|byte| *byte == b':').map(|colon| &bytes[..colon])
}

/// As far as both go.
fn agree(bytes: &[u8], start: &[u8]) -> bool {
    bytes.iter().zip(start).all(|(byte, expected)| byte == expected)
}
