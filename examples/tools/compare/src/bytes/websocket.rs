//! WebSocket (RFC 6455) as it must pass: handshake and frames, each held to its form.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tungstenite::handshake::client::Response;
use tungstenite::handshake::derive_accept_key;
use tungstenite::handshake::machine::TryParse;
use tungstenite::handshake::server::Request;
use tungstenite::http::uri::Authority;
use tungstenite::http::{HeaderMap, HeaderValue, StatusCode, Version, header};

use super::dump::{Masked, shown};

/// The end of a handshake's head.
const EMPTY_LINE: &[u8] = b"\r\n\r\n";

/// The first byte of a text's only frame, and of a close frame: FIN and the opcode (section 5.2).
const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;

/// A part of what passed, from its beginning: how long it is, what must stand there, and what does.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) len: usize,
    pub(super) expected: Masked,
    pub(super) seen: Masked,
}

/// A frame that must pass.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    first: u8,
    /// A client's frames are, a server's are not (section 5.1).
    is_masked: bool,
    payload: Vec<u8>,
}

/// One line of a handshake's head, without its ending: what must stand there, and what does, if anything.
type HeadLine = (Masked, Option<Masked>);

/// What is asked of the server (section 4.1): the lines that must be there, in this order whatever order they came in.
/// All else is a client's own business.
pub(super) fn request(bytes: &[u8]) -> Taken {
    let parsed = Request::try_parse(bytes).ok().flatten();
    head(bytes, parsed.as_ref().map(|(len, _)| *len), || {
        let request = parsed.as_ref().map(|(_, request)| request);
        let headers = request.map(Request::headers);
        vec![
            first_line(bytes, "GET / HTTP/1.1", |line| line == b"GET / HTTP/1.1"),
            new_each_time(headers, "Host", "127.0.0.1:8765".len(), |host| Authority::try_from(host).is_ok()),
            token(headers, "Upgrade", "websocket"),
            token(headers, "Connection", "Upgrade"),
            new_each_time(headers, "Sec-WebSocket-Key", KEY_LEN, is_key),
            exact(headers, "Sec-WebSocket-Version", "13"),
        ]
    })
}

/// The server's answer to that request (section 4.2.2), with the key's due, which is computed anew here.
pub(super) fn agreement(bytes: &[u8], request: &[u8]) -> Taken {
    let accept = Request::try_parse(request).ok().flatten().and_then(|(_, request)| {
        request.headers().get(header::SEC_WEBSOCKET_KEY).map(|key| derive_accept_key(key.as_bytes()))
    });
    let parsed = Response::try_parse(bytes).ok().flatten();
    head(bytes, parsed.as_ref().map(|(len, _)| *len), || {
        let answer = parsed.as_ref().map(|(_, answer)| answer);
        let headers = answer.map(Response::headers);
        let is_101 = answer.is_some_and(|answer| {
            answer.status() == StatusCode::SWITCHING_PROTOCOLS && answer.version() == Version::HTTP_11
        });
        vec![
            // What stands behind the number is for people (RFC 9112, section 4).
            first_line(bytes, "HTTP/1.1 101 Switching Protocols", |_| is_101),
            token(headers, "Upgrade", "websocket"),
            token(headers, "Connection", "Upgrade"),
            exact(headers, "Sec-WebSocket-Accept", accept.as_deref().unwrap_or("of a key that was not sent")),
        ]
    })
}

/// A head as the lines that matter; as it came where it is none.
fn head(bytes: &[u8], parsed: Option<usize>, lines: impl FnOnce() -> Vec<HeadLine>) -> Taken {
    let end = bytes.windows(EMPTY_LINE.len()).position(|window| window == EMPTY_LINE);
    let len = parsed.unwrap_or(end.map_or(bytes.len(), |end| end + EMPTY_LINE.len()));
    let (mut expected, mut seen) = (Masked::new(), Masked::new());
    for (must, is) in lines() {
        expected.extend(must.into_iter().chain(shown(b"\r\n")));
        seen.extend(is.into_iter().flat_map(|is| is.into_iter().chain(shown(b"\r\n"))));
    }
    expected.extend(shown(b"\r\n"));
    seen.extend(shown(b"\r\n"));
    if parsed.is_none() {
        seen = shown(&bytes[..len]).collect();
    }
    Taken { len, expected, seen }
}

fn first_line(bytes: &[u8], must: &str, is_well: impl Fn(&[u8]) -> bool) -> HeadLine {
    let line = bytes.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let is = if is_well(line) { must.as_bytes() } else { line };
    (shown(must.as_bytes()).collect(), Some(shown(is).collect()))
}

/// A header that names this among other things, in whatever case, as a list may.
fn token(headers: Option<&HeaderMap>, name: &str, must: &str) -> HeadLine {
    one_header(headers, name, |value| {
        let is_named =
            value.split(|byte| *byte == b',').any(|named| named.trim_ascii().eq_ignore_ascii_case(must.as_bytes()));
        (shown(must.as_bytes()).collect(), is_named)
    })
}

fn exact(headers: Option<&HeaderMap>, name: &str, must: &str) -> HeadLine {
    one_header(headers, name, |value| (shown(must.as_bytes()).collect(), value == must.as_bytes()))
}

/// A header held to its form alone; `usual` is how long it is where it is not well.
fn new_each_time(headers: Option<&HeaderMap>, name: &str, usual: usize, is_well: impl Fn(&[u8]) -> bool) -> HeadLine {
    one_header(headers, name, |value| match is_well(value) {
        true => (vec![None; value.len()], true),
        false => (vec![None; usual], false),
    })
}

/// `judge` says what the value must be, and whether that one is.
fn one_header(headers: Option<&HeaderMap>, name: &str, judge: impl Fn(&[u8]) -> (Masked, bool)) -> HeadLine {
    let values: Vec<&[u8]> =
        headers.iter().flat_map(|headers| headers.get_all(name)).map(HeaderValue::as_bytes).collect();
    let line = |value: Masked| shown(format!("{name}: ").as_bytes()).chain(value).collect::<Masked>();
    let together = values.join(&b", "[..]);
    let (must, is_well) = judge(&together);
    let seen = if is_well { must.clone() } else { shown(&together).collect() };
    (line(must), (!values.is_empty()).then(|| line(seen)))
}

/// Of 16 bytes in base64.
const KEY_LEN: usize = 24;

fn is_key(value: &[u8]) -> bool {
    BASE64_STANDARD.decode(value).is_ok_and(|key| key.len() == 16)
}

impl Frame {
    pub(crate) fn text(is_masked: bool, text: &str) -> Frame {
        Frame { first: TEXT, is_masked, payload: text.as_bytes().to_vec() }
    }

    /// A close frame with the code for a normal end (section 7.4.1).
    pub(crate) fn close(is_masked: bool) -> Frame {
        Frame { first: CLOSE, is_masked, payload: 1000_u16.to_be_bytes().to_vec() }
    }

    pub(super) fn take(&self, bytes: &[u8]) -> Taken {
        let (len, seen) = any_frame(bytes).unwrap_or_else(|| (bytes.len(), shown(bytes).collect()));
        Taken { len, expected: self.shown(), seen }
    }

    fn shown(&self) -> Masked {
        let mask_bit = if self.is_masked { 0x80 } else { 0 };
        let len = self.payload.len();
        let mut head = vec![self.first];
        match len {
            0..126 => head.push(mask_bit | len as u8),
            126..65536 => {
                head.push(mask_bit | 126);
                head.extend((len as u16).to_be_bytes());
            }
            _ => {
                head.push(mask_bit | 127);
                head.extend((len as u64).to_be_bytes());
            }
        }
        let mask = if self.is_masked { MASK_LEN } else { 0 };
        shown(&head).chain(vec![None; mask]).chain(shown(&self.payload)).collect()
    }
}

const MASK_LEN: usize = 4;

/// The frame with which the bytes begin, if it is whole: its length, and the frame with its mask masked and its payload
/// as it was said.
pub(super) fn any_frame(bytes: &[u8]) -> Option<(usize, Masked)> {
    let second = *bytes.get(1)?;
    let (head, len) = match second & 0x7f {
        126 => (4, u64::from(u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?))),
        127 => (10, u64::from_be_bytes(*bytes.get(2..)?.first_chunk()?)),
        len => (2, u64::from(len)),
    };
    let (head, rest) = bytes.split_at_checked(head)?;
    let (mask, rest) = rest.split_at_checked(if second & 0x80 == 0 { 0 } else { MASK_LEN })?;
    let payload = rest.get(..usize::try_from(len).ok()?)?;
    let mut said = payload.to_vec();
    if !mask.is_empty() {
        said.iter_mut().zip(mask.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
    }
    let seen = shown(head).chain(vec![None; mask.len()]).chain(shown(&said)).collect();
    Some((head.len() + mask.len() + payload.len(), seen))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6455, section 1.3.
    const REQUEST: &str = "GET / HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                           Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    const AGREEMENT: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                             Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    fn is_well(taken: &Taken) -> bool {
        taken.expected == taken.seen
    }

    #[test]
    fn a_request_may_be_written_in_other_ways_but_lacks_nothing() {
        let other = "GET / HTTP/1.1\r\nsec-websocket-version: 13\r\nUser-Agent: me\r\nConnection: keep-alive, upgrade\r\n\
                     Upgrade: WebSocket\r\nHost: [::1]:8765\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
        for text in [REQUEST, other] {
            let taken = request(format!("{text}behind").as_bytes());
            assert!(is_well(&taken), "{text}");
            assert_eq!(taken.len, text.len());
        }
        for (from, to) in [
            ("GET / ", "GET /chat "),
            ("GET", "POST"),
            ("HTTP/1.1", "HTTP/1.0"),
            ("Host: server.example.com\r\n", ""),
            ("server.example.com", "server example"),
            ("Upgrade: websocket\r\n", ""),
            ("Upgrade: websocket", "Upgrade: h2c"),
            ("Connection: Upgrade", "Connection: close"),
            ("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZ"),
            ("dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ="),
            ("Sec-WebSocket-Key: ", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Key: "),
            ("Version: 13", "Version: 8"),
            ("\r\n\r\n", "\r\n"),
        ] {
            assert!(!is_well(&request(REQUEST.replacen(from, to, 1).as_bytes())), "{from:?} {to:?}");
        }
        assert!(!is_well(&request(b"")));
    }

    #[test]
    fn an_agreement_must_fit_the_key() {
        let taken = agreement(format!("{AGREEMENT}behind").as_bytes(), REQUEST.as_bytes());
        assert!(is_well(&taken));
        assert_eq!(taken.len, AGREEMENT.len());
        assert!(is_well(&agreement(AGREEMENT.replacen("Switching Protocols", "OK", 1).as_bytes(), REQUEST.as_bytes())));
        for (from, to) in [("101", "200"), ("s3p", "S3p"), ("Upgrade: websocket\r\n", ""), ("HTTP/1.1", "HTTP/1.0")] {
            assert!(!is_well(&agreement(AGREEMENT.replacen(from, to, 1).as_bytes(), REQUEST.as_bytes())), "{from:?}");
        }
        let other_key = REQUEST.replacen("dGhl", "DGhl", 1);
        for request in [other_key.as_bytes(), b""] {
            assert!(!is_well(&agreement(AGREEMENT.as_bytes(), request)));
        }
    }

    /// RFC 6455, section 5.7.
    #[test]
    fn a_frame_has_any_mask_and_this_payload() {
        let masked = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
        let unmasked = [&[0x81, 0x05], &b"Hello"[..]].concat();
        assert!(is_well(&Frame::text(true, "Hello").take(&masked)));
        assert!(is_well(&Frame::text(false, "Hello").take(&[&unmasked[..], b"behind"].concat())));
        assert!(is_well(&Frame::text(true, "").take(&[0x81, 0x80, 1, 2, 3, 4])));
        assert!(is_well(&Frame::close(false).take(&[0x88, 0x02, 0x03, 0xe8])));

        assert!(!is_well(&Frame::text(true, "Hello").take(&unmasked)));
        assert!(!is_well(&Frame::text(false, "Hello").take(&masked)));
        assert!(!is_well(&Frame::text(true, "Hullo").take(&masked)));
        for wrong in [0x01, 0x82, 0xc1] {
            assert!(!is_well(&Frame::text(false, "Hello").take(&[&[wrong], &unmasked[1..]].concat())), "{wrong:x}");
        }
        let longer_than_need_be = [&[0x81, 126, 0, 5], &b"Hello"[..]].concat();
        assert!(!is_well(&Frame::text(false, "Hello").take(&longer_than_need_be)));
        assert!(!is_well(&Frame::text(false, "Hello").take(&unmasked[..6])));
        assert!(!is_well(&Frame::close(false).take(&[0x88, 0x02, 0x03, 0xe9])));
        assert!(!is_well(&Frame::close(false).take(&[0x88, 0x00])));
    }

    #[test]
    fn a_length_takes_as_many_bytes_as_it_needs() {
        for len in [0, 125, 126, 65535, 65536] {
            let text = "m".repeat(len);
            let frame = Frame::text(false, &text).shown();
            let bytes: Vec<u8> = frame.iter().copied().flatten().collect();
            assert_eq!(any_frame(&bytes), Some((bytes.len(), frame)), "{len}");
            assert!(is_well(&Frame::text(false, &text).take(&bytes)));
        }
    }
}
