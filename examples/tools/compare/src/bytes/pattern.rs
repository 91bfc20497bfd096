//! Bytes to compare: every byte of a pattern must be equal, except those that are different every time.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use similar::TextDiff;
use wire::{Direction, Dissector, Field, Lesson, Span};

/// Bytes, with `None` for one that is different every time and is part of a valid field.
pub(super) type Pattern = Vec<Option<u8>>;

const BYTES_IN_A_ROW: usize = 16;

/// Returns the pattern of what one side sent on a connection.
///
/// Frames are unmasked. A complete handshake is reduced to the lines that RFC 6455 requires, in the lesson's order and in
/// one spelling.
pub(super) fn pattern(lesson: &Lesson, direction: Direction, bytes: &[u8]) -> Pattern {
    let spans = Dissector::new(lesson, direction).feed(bytes);
    let handshake = spans.iter().position(|span| span.field == Field::EmptyLine).map_or(0, |end| end + 1);
    let (handshake, rest) = spans.split_at(handshake);
    let lines = lesson.fields(direction).once.iter().filter(|_| !handshake.is_empty());
    lines.flat_map(|field| line(*field, handshake)).chain(rest.iter().flat_map(one_field)).collect()
}

fn one_field(span: &Span<'_>) -> Pattern {
    match span.field {
        Field::Nonce | Field::Challenge | Field::Timestamp | Field::MaskingKey => any(span.bytes.len()),
        _ => exactly(span.plain()),
    }
}

/// Returns one line of a handshake, or nothing if the handshake does not have it.
fn line(field: Field, handshake: &[Span<'_>]) -> Pattern {
    let lines = handshake.iter().filter(|span| span.field == field);
    let lines: Vec<&[u8]> = lines.map(|span| span.bytes.strip_suffix(b"\r\n").unwrap_or(span.bytes)).collect();
    let Some(first) = lines.first() else { return Pattern::new() };
    let line = match field {
        // The words after the number are for people (RFC 9112, section 4).
        Field::StatusLine if first.starts_with(b"HTTP/1.1 101 ") => exactly(b"HTTP/1.1 101 Switching Protocols"),
        Field::Header(Some(name)) => {
            let values: Vec<&[u8]> = lines.iter().map(|line| line[name.len() + 1..].trim_ascii()).collect();
            [exactly(name.as_bytes()), exactly(b": "), value(name, &values.join(&b", "[..]))].concat()
        }
        _ => exactly(first),
    };
    [line, exactly(b"\r\n")].concat()
}

/// Returns the value of a header. If several headers have this name, it is the value of all.
fn value(name: &str, value: &[u8]) -> Pattern {
    let names = |token: &str| {
        value.split(|byte| *byte == b',').any(|word| word.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
    };
    match name {
        "Host" if is_host(value) => any("127.0.0.1:8765".len()),
        "Upgrade" if names("websocket") => exactly(b"websocket"),
        "Connection" if names("Upgrade") => exactly(b"Upgrade"),
        "Sec-WebSocket-Key" if BASE64_STANDARD.decode(value).is_ok_and(|key| key.len() == 16) => any(value.len()),
        _ => exactly(value),
    }
}

/// A host name or an address, with or without a port.
fn is_host(value: &[u8]) -> bool {
    !value.is_empty() && value.iter().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(byte))
}

fn any(len: usize) -> Pattern {
    vec![None; len]
}

fn exactly(bytes: &[u8]) -> Pattern {
    bytes.iter().copied().map(Some).collect()
}

/// Returns a unified diff.
pub(super) fn diff(expected: &[Option<u8>], actual: &[Option<u8>]) -> String {
    TextDiff::from_lines(&dump(expected), &dump(actual)).unified_diff().header("expected", "actual").to_string()
}

/// Returns rows of sixteen bytes: `0000  68 65 6c 6c 6f  |hello|`, with `--` for a byte that is different every time.
fn dump(pattern: &[Option<u8>]) -> String {
    let row = |(number, row): (usize, &[Option<u8>])| {
        let hex: Vec<String> = row.iter().map(|byte| byte.map_or("--".to_owned(), |byte| wire::hex(&[byte]))).collect();
        let text = row.iter().map(|byte| match byte {
            None => '-',
            Some(byte @ b' '..=b'~') => char::from(*byte),
            Some(_) => '.',
        });
        let width = 3 * BYTES_IN_A_ROW - 1;
        format!("{:04x}  {:width$}  |{}|\n", number * BYTES_IN_A_ROW, hex.join(" "), text.collect::<String>())
    };
    pattern.chunks(BYTES_IN_A_ROW).enumerate().map(row).collect()
}
