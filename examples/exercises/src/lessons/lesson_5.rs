//! The exercises of lesson 5, and the close codes that one of them expects.

use std::iter::repeat;

use anyhow::{Context, Result};
use wire::websocket::{BINARY, FIN, Frame, FrameHeader, PING, PONG, TEXT};

use crate::exercise::Exercise;
use crate::program::Program;
use crate::{expect, random};

/// The exercises of lesson 5.
pub(crate) const EXERCISES: &[Exercise] = &[
    Exercise {
        lesson: 5,
        name: "unmask",
        checks: &[
            ("unmasks payloads of 1 to 125 bytes", |program| unmasks(program, &[1, 2, 3, 4, 5, 124, 125])),
            ("unmasks payloads of 126 bytes and more, whose length has two bytes", |program| {
                unmasks(program, &[126, 127, 255, 256, 300, 1000])
            }),
            ("ends where the frame ends, also if the next one follows", unmasks_the_first),
        ],
    },
    Exercise {
        lesson: 5,
        name: "close-code",
        checks: &[
            ("finds violations in the first two bytes of a frame", |program| {
                chooses(program, violations_of_headers()?)
            }),
            ("finds violations of control frames", |program| chooses(program, violations_of_control_frames()?)),
            ("refuses a binary message", |program| chooses(program, binary_messages()?)),
            ("refuses a message as soon as its header says that it is too long", |program| {
                chooses(program, too_long()?)
            }),
            ("refuses text that is not UTF-8", |program| chooses(program, not_utf8()?)),
        ],
    },
    Exercise {
        lesson: 5,
        name: "origin",
        checks: &[
            ("allows the origin, and no other host whose name contains its name", compares_hosts),
            ("allows the origin, and the same host with no other scheme or port", compares_schemes_and_ports),
        ],
    },
];

/// The maximum length of a message in close-code, in bytes.
pub const MAX_MESSAGE: usize = 40;

/// Returns a masked frame with a random masking key.
fn frame(first_byte: u8, payload: &[u8]) -> Result<Vec<u8>> {
    Ok(Frame::new(first_byte, payload).masked(random_key()?).encode())
}

fn random_key() -> Result<[u8; 4]> {
    random::bytes(4)?.try_into().ok().context("a masking key has 4 bytes")
}

fn payload(length: usize) -> Result<Vec<u8>> {
    Ok(random::text(length, &['h', 'e', 'l', 'o', ' '])?.into_bytes())
}

fn unmasks(program: &Program, lengths: &[usize]) -> Result<()> {
    let payloads = lengths.iter().map(|length| payload(*length)).collect::<Result<Vec<_>>>()?;
    let frames = payloads.iter().map(|payload| frame(FIN | TEXT, payload)).collect::<Result<Vec<_>>>()?;
    expect_payloads(program, &frames, &payloads)
}

fn unmasks_the_first(program: &Program) -> Result<()> {
    let payloads = [payload(0)?, payload(20)?, payload(126 + random::below(200)?)?];
    let next = frame(FIN | TEXT, &payload(30)?)?;
    let mut frames = Vec::new();
    for payload in &payloads {
        let part = &next[..1 + random::below(next.len())?];
        frames.push([&frame(FIN | TEXT, payload)?, part].concat());
    }
    expect_payloads(program, &frames, &payloads)
}

fn expect_payloads(program: &Program, frames: &[Vec<u8>], payloads: &[Vec<u8>]) -> Result<()> {
    let input: String = frames.iter().map(|frame| wire::hex(frame) + "\n").collect();
    let ended = program.run(&[], input.as_bytes())?;
    expect::success(&ended)?;
    for ((frame, payload), got) in frames.iter().zip(payloads).zip(ended.out().into_iter().chain(repeat(""))) {
        let what = format!("the payload of the frame {}, which is {} bytes long,", start(frame), payload.len());
        let got =
            wire::from_hex(got).with_context(|| format!("the harness printed {got:?}, which is not hexadecimal"))?;
        expect::bytes(&what, payload, &got)?;
    }
    Ok(())
}

/// A frame, and the code with which a server closes the session that it is in, if it does.
#[derive(Debug)]
pub struct Case {
    /// The frame in words, for messages.
    pub what: &'static str,
    /// Its bytes.
    pub frame: Vec<u8>,
    /// The close code, or `None` if the frame is valid.
    pub close_code: Option<u16>,
}

impl Case {
    fn new(what: &'static str, frame: Vec<u8>, close_code: impl Into<Option<u16>>) -> Case {
        Case { what, frame, close_code: close_code.into() }
    }
}

/// Returns the cases of close-code, which a test compares with ws-server.
///
/// # Errors
/// Returns an error if the system has no random numbers.
pub fn close_codes() -> Result<Vec<Case>> {
    let groups =
        [violations_of_headers()?, violations_of_control_frames()?, binary_messages()?, too_long()?, not_utf8()?];
    Ok(groups.into_iter().flatten().collect())
}

fn violations_of_headers() -> Result<Vec<Case>> {
    let bit = [0x10, 0x20, 0x40][random::below(3)?];
    let unknown = [0x3, 0x4, 0x5, 0x6, 0x7, 0xb, 0xc, 0xd, 0xe, 0xf][random::below(10)?];
    let text = payload(1 + random::below(MAX_MESSAGE)?)?;
    Ok(vec![
        Case::new("a text", frame(FIN | TEXT, &text)?, None),
        Case::new("a text without a mask", Frame::new(FIN | TEXT, text.as_slice()).encode(), 1002),
        Case::new("a binary message without a mask", Frame::new(FIN | BINARY, text.as_slice()).encode(), 1002),
        Case::new("a text with a reserved bit", frame(FIN | TEXT | bit, &text)?, 1002),
        Case::new("an unknown opcode", frame(FIN | unknown, &text)?, 1002),
    ])
}

fn violations_of_control_frames() -> Result<Vec<Case>> {
    Ok(vec![
        Case::new("a ping without a payload", frame(FIN | PING, b"")?, None),
        Case::new("a pong of 125 bytes", frame(FIN | PONG, &payload(125)?)?, None),
        Case::new("a ping that is divided", frame(PING, &payload(5)?)?, 1002),
        Case::new("a pong that is divided", frame(PONG, &payload(5)?)?, 1002),
        Case::new("a ping of 126 bytes", frame(FIN | PING, &payload(126)?)?, 1002),
    ])
}

fn binary_messages() -> Result<Vec<Case>> {
    Ok(vec![
        Case::new("an empty binary message", frame(FIN | BINARY, b"")?, 1003),
        Case::new("a binary message", frame(FIN | BINARY, &random::bytes(1 + random::below(MAX_MESSAGE)?)?)?, 1003),
        Case::new("an empty text", frame(FIN | TEXT, b"")?, None),
    ])
}

fn too_long() -> Result<Vec<Case>> {
    let header = |len: usize| -> Result<Vec<u8>> {
        let header = FrameHeader { first_byte: FIN | TEXT, is_masked: true, len: len as u64 };
        Ok([&header.encode()[..], &random_key()?].concat())
    };
    Ok(vec![
        Case::new("a text of 40 bytes", frame(FIN | TEXT, &payload(MAX_MESSAGE)?)?, None),
        Case::new("the header of a text of 41 bytes", header(MAX_MESSAGE + 1)?, 1009),
        Case::new("the header of a text of 125 bytes", header(125)?, 1009),
        Case::new("the header of a text of more than 125 bytes", header(126 + random::below(1000)?)?, 1009),
        Case::new("the header of a text of more than 65,535 bytes", header(65_536 + random::below(1000)?)?, 1009),
    ])
}

fn not_utf8() -> Result<Vec<Case>> {
    let text = random::text(10, &['a', 'é', '门', '👍'])?;
    Ok(vec![
        Case::new("a text with characters of up to 4 bytes", frame(FIN | TEXT, text.as_bytes())?, None),
        Case::new("a text with a byte ff", frame(FIN | TEXT, &[&payload(5)?[..], b"\xff"].concat())?, 1007),
        Case::new("a text that ends inside a character", frame(FIN | TEXT, &"open 门".as_bytes()[..7])?, 1007),
        Case::new("a text that begins inside a character", frame(FIN | TEXT, &"门 open".as_bytes()[1..])?, 1007),
    ])
}

fn chooses(program: &Program, cases: Vec<Case>) -> Result<()> {
    let input: String = cases.iter().map(|case| wire::hex(&case.frame) + "\n").collect();
    let ended = program.run(&[], input.as_bytes())?;
    expect::success(&ended)?;
    for (case, got) in cases.iter().zip(ended.out().into_iter().chain(repeat("nothing"))) {
        let what = format!("the close code for {} ({})", case.what, start(&case.frame));
        let expected = case.close_code.map_or("None".to_owned(), |code| code.to_string());
        expect::same(&what, expected.as_str(), got)?;
    }
    Ok(())
}

/// Returns the first bytes of a frame in hexadecimal.
fn start(frame: &[u8]) -> String {
    let dots = if frame.len() > 10 { "..." } else { "" };
    wire::hex(&frame[..frame.len().min(10)]) + dots
}

fn compares_hosts(program: &Program) -> Result<()> {
    let letters: Vec<char> = ('a'..='z').collect();
    let host = format!("{}.example", random::text(8, &letters)?);
    let other = random::text(5, &letters)?;
    let allowed = format!("https://{host}");
    let others = [
        "null".to_owned(),
        format!("https://{other}.example"),
        format!("https://{host}.{other}.example"),
        format!("https://{other}-{host}"),
        format!("{allowed}.{other}-{host}"),
        format!("https://{other}.{host}"),
        format!("https://{host}{other}"),
        format!("https://{}", host.replacen('.', "-", 1)),
    ];
    compares(program, &allowed, &others)
}

fn compares_schemes_and_ports(program: &Program) -> Result<()> {
    let letters: Vec<char> = ('a'..='z').collect();
    let host = format!("{}.example", random::text(8, &letters)?);
    let port = 8000 + random::below(1000)?;
    let others = [format!("http://{host}"), format!("https://{host}:{port}"), format!("http://{host}:{port}")];
    compares(program, &format!("https://{host}"), &others)?;
    let others = [format!("https://{host}:{port}"), format!("http://{host}"), format!("http://{host}:{port}0")];
    compares(program, &format!("http://{host}:{port}"), &others)
}

fn compares(program: &Program, allowed: &str, others: &[String]) -> Result<()> {
    let origins = [&[allowed.to_owned()], others].concat();
    let input: String = origins.iter().map(|origin| format!("{origin} {allowed}\n")).collect();
    let ended = program.run(&[], input.as_bytes())?;
    expect::success(&ended)?;
    for (origin, got) in origins.iter().zip(ended.out().into_iter().chain(repeat("nothing"))) {
        let expected = if origin == allowed { "allowed" } else { "refused" };
        expect::same(&format!("what happens to a page of {origin}, if {allowed} is allowed,"), expected, got)?;
    }
    Ok(())
}
