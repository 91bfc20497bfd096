//! No timestamp is inside a character, however its bytes arrive. Bytes that are not UTF-8 come back unchanged.

use std::io::{Read, Write};
use std::net::TcpStream;

use anyhow::{Result, ensure};
use auth::{Key, Scheme};
use programs::{Language, Server, WAIT, at_once};
use timestamp::{LEN, is_timestamp};

/// Stands for any timestamp in what has to come back.
const TIMESTAMP: &[u8] = b"";

/// A session with a server.
struct Session(TcpStream);

impl Session {
    /// Sends the bytes, and checks that exactly this comes back before more is sent.
    fn send(&mut self, bytes: &[u8], expected: &[&[u8]]) -> Result<()> {
        self.0.write_all(bytes)?;
        for expected in expected {
            let mut received = vec![0; if *expected == TIMESTAMP { LEN } else { expected.len() }];
            self.0.read_exact(&mut received)?;
            let is_right = if *expected == TIMESTAMP { is_timestamp(&received) } else { received == *expected };
            ensure!(is_right, "\"{}\" for \"{}\"", received.escape_ascii(), bytes.escape_ascii());
        }
        Ok(())
    }
}

/// Runs a test in a session with the server in each language.
fn in_both_languages(test: impl Fn(&mut Session) -> Result<()> + Sync) -> Result<()> {
    at_once(Language::ALL, |language| {
        let server = Server::start("echo-server", language, &[])?;
        let mut session = TcpStream::connect(server.address)?;
        session.set_nodelay(true)?;
        session.set_read_timeout(Some(WAIT))?;
        auth::respond(&mut session, &Key::new("芝麻开门")?, Scheme::Md5)?;
        test(&mut Session(session))
    })
}

#[test]
fn a_character_that_arrives_in_pieces_has_no_timestamp_inside() -> Result<()> {
    in_both_languages(|session| {
        for character in ["é", "芝", "🚪"].map(str::as_bytes) {
            for cut in 1..character.len() {
                let (begin, end) = character.split_at(cut);
                session.send(&[b"a", begin].concat(), &[TIMESTAMP, b"a", begin])?;
                session.send(&[end, b"b"].concat(), &[end, TIMESTAMP, b"b"])?;
                session.send(begin, &[TIMESTAMP, begin])?;
                session.send(end, &[end])?;
            }
        }
        session.send(b"\xf0", &[TIMESTAMP, b"\xf0"])?;
        for byte in [b"\x9f", b"\x9a", b"\xaa"] {
            session.send(byte, &[byte])?;
        }
        // The character is complete: another continuation byte does not belong to it.
        session.send(b"\x80", &[TIMESTAMP, b"\x80"])
    })
}

#[test]
fn bytes_that_are_not_utf_8_come_back_unchanged() -> Result<()> {
    let all: Vec<u8> = (0..=255).collect();
    let overlong_and_surrogate = b"\xc0\x80 \xe0\x80\x80 \xed\xa0\x80 \xf5\x80\x80\x80";
    in_both_languages(|session| {
        for bytes in [&all[..], b"\xff\xfe", b"\x80\x80\x80\x80\x80", overlong_and_surrogate] {
            session.send(bytes, &[TIMESTAMP, bytes])?;
        }
        // A character that is never completed: the next piece has a timestamp again.
        session.send(b"\xe8", &[TIMESTAMP, b"\xe8"])?;
        session.send(b"x", &[TIMESTAMP, b"x"])?;
        // More continuation bytes than the character needs.
        session.send(b"\xc3", &[TIMESTAMP, b"\xc3"])?;
        session.send(b"\xa9\xa9", &[b"\xa9", TIMESTAMP, b"\xa9"])
    })
}

#[test]
fn a_character_at_the_end_of_a_full_read_is_completed_before_the_next_timestamp() -> Result<()> {
    // The server reads up to 1024 bytes at a time.
    let text = [&[b'x'; 1023][..], "芝!".as_bytes()].concat();
    in_both_languages(|session| {
        session.send(&text[..1024], &[TIMESTAMP, &text[..1024]])?;
        session.send(&text[1024..], &[&text[1024..1026], TIMESTAMP, b"!"])?;
        // With one byte more, that byte is read separately, and still belongs to the character.
        session.send(&text[..1025], &[TIMESTAMP, &text[..1025]])?;
        session.send(&text[1025..], &[&text[1025..1026], TIMESTAMP, b"!"])
    })
}
