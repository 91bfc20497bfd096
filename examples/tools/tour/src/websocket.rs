//! What is to pass on the wire in lessons 5 and 6: a handshake, and then frames, of which each says how long it is.

use std::fmt;

use wire::websocket::{CLOSE, TEXT};
use wire::{Dissector, Field, Span};

/// A frame that is to pass: the whole of a message, or a close.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    opcode: u8,
    /// What it carries, without a mask.
    plain: Vec<u8>,
}

/// A message of text.
pub(crate) fn text(text: &str) -> Frame {
    Frame { opcode: TEXT, plain: text.into() }
}

/// The end, with a code and the reason in words.
pub(crate) fn close(code: u16, reason: &str) -> Frame {
    Frame { opcode: CLOSE, plain: [&code.to_be_bytes(), reason.as_bytes()].concat() }
}

impl Frame {
    pub(crate) fn is(&self, spans: &[Span<'_>]) -> bool {
        let is_this = |part| matches!(part, Field::FrameHeader(Some(header)) if header.is_final() && header.opcode() == self.opcode);
        let carries = |span: &&Span<'_>| !matches!(span.field, Field::FrameHeader(_) | Field::MaskingKey);
        let carried: Vec<_> = spans.iter().filter(carries).map(Span::plain).collect();
        spans.first().is_some_and(|span| is_this(span.field)) && carried.concat() == self.plain
    }
}

/// For the user, who waits for it.
impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.plain.split_first_chunk() {
            Some((code, reason)) if self.opcode == CLOSE => {
                write!(f, "a close frame, {} {:?}", u16::from_be_bytes(*code), cli::escape(reason))
            }
            _ => write!(f, "a frame that says {:?}", cli::escape(&self.plain)),
        }
    }
}

/// How long the handshake or the frame is that these bytes begin with, if all of it is there.
pub(crate) fn whole(names: &Dissector, bytes: &[u8]) -> Option<usize> {
    let mut len = 0;
    for span in names.clone().feed(bytes) {
        len += span.bytes.len();
        match span.field {
            Field::EmptyLine if span.bytes.ends_with(b"\n") => return Some(len),
            Field::FrameHeader(Some(header)) => {
                let mask_key = if header.is_masked { 4 } else { 0 };
                let end = usize::try_from(header.len).ok()?.checked_add(len + mask_key)?;
                return (bytes.len() >= end).then_some(end);
            }
            _ => {}
        }
    }
    None
}

/// Whether a handshake is one that frames follow: a client's, or the yes of a server.
pub(crate) fn is_agreed(handshake: &[Span<'_>]) -> bool {
    let agrees = |line: &Span<'_>| line.field == Field::RequestLine || line.bytes.starts_with(b"HTTP/1.1 101 ");
    handshake.first().is_some_and(agrees)
}

/// What a header of a handshake says.
pub(crate) fn header<'a>(handshake: &'a str, name: &str) -> Option<&'a str> {
    let headers = handshake.lines().filter_map(|line| line.split_once(": "));
    headers.into_iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::Direction::{ToClient, ToServer};
    use wire::LESSONS;

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nsec-websocket-key: abc==\r\n\r\n";
    const HELLO: &[u8] = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";

    #[test]
    fn a_handshake_or_a_frame_is_whole_when_its_last_byte_is_there() {
        let mut names = Dissector::new(&LESSONS[4], ToServer);
        for bytes in [REQUEST, HELLO, b"\x88\x80\x01\x02\x03\x04"] {
            for len in 0..bytes.len() {
                assert_eq!(whole(&names, &bytes[..len]), None, "{len} of {bytes:?}");
            }
            let others = [bytes, HELLO].concat();
            assert_eq!(whole(&names, &others), Some(bytes.len()), "{bytes:?}");
            names.feed(bytes);
        }
    }

    #[test]
    fn a_frame_is_known_by_its_kind_and_by_all_that_it_says() {
        let mut names = Dissector::new(&LESSONS[4], ToServer);
        names.feed(REQUEST);
        let hello = names.feed(HELLO);
        assert!(text("Hello").is(&hello));
        for other in [text("Hell"), text("Hello!"), close(u16::from_be_bytes(*b"He"), "llo")] {
            assert!(!other.is(&hello), "{other}");
        }

        let mut names = Dissector::new(&LESSONS[4], ToClient);
        names.feed(b"HTTP/1.1 101 Switching Protocols\r\n\r\n");
        let bye = names.feed(b"\x88\x05\x03\xf0bye");
        assert!(close(1008, "bye").is(&bye));
        for other in [close(1008, ""), close(1009, "bye"), text("bye")] {
            assert!(!other.is(&bye), "{other}");
        }
        // Only the first half of a message.
        assert!(!text("Hel").is(&names.feed(b"\x01\x03Hel")));
    }

    #[test]
    fn a_server_s_no_is_no_handshake() {
        assert!(is_agreed(&Dissector::new(&LESSONS[4], ToServer).feed(REQUEST)));
        let answers = |status: &str| {
            is_agreed(&Dissector::new(&LESSONS[4], ToClient).feed(format!("HTTP/1.1 {status}\r\n\r\n").as_bytes()))
        };
        assert!(answers("101 Switching Protocols"));
        assert!(!answers("403 Forbidden"));
    }

    #[test]
    fn a_header_is_found_by_its_name() {
        let request = String::from_utf8_lossy(REQUEST);
        assert_eq!(header(&request, "Sec-WebSocket-Key"), Some("abc=="));
        assert_eq!(header(&request, "Sec-WebSocket-Accept"), None);
    }
}
