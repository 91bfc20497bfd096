//! No stamp stands inside a character, however its bytes arrive; and what is no UTF-8 comes back byte for byte.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Result, ensure};
use auth::{Key, Scheme};
use programs::{Language, Server};
use timestamp::{LEN, is_timestamp};

/// What is to come back, in order.
enum Part<'a> {
    Stamp,
    Text(&'a [u8]),
}
use Part::{Stamp, Text};

#[test]
fn a_character_cut_anywhere_has_no_stamp_inside() -> Result<()> {
    for language in Language::ALL {
        let server = Server::start("echo-server", language, &[])?;
        let mut session = begin(&server)?;
        for character in ["é", "芝", "🚪"].map(str::as_bytes) {
            for cut in 1..character.len() {
                let (begin, end) = character.split_at(cut);
                say(&mut session, &[b"a", begin].concat(), &[Stamp, Text(b"a"), Text(begin)])?;
                say(&mut session, &[end, b"b"].concat(), &[Text(end), Stamp, Text(b"b")])?;
                say(&mut session, begin, &[Stamp, Text(begin)])?;
                say(&mut session, end, &[Text(end)])?;
            }
        }
    }
    Ok(())
}

#[test]
fn a_character_that_comes_byte_by_byte_has_no_stamp_inside() -> Result<()> {
    for language in Language::ALL {
        let server = Server::start("echo-server", language, &[])?;
        let mut session = begin(&server)?;
        say(&mut session, b"\xf0", &[Stamp, Text(b"\xf0")])?;
        for byte in [b"\x9f", b"\x9a", b"\xaa"] {
            say(&mut session, byte, &[Text(byte)])?;
        }
        // It is whole: one more such byte belongs to no character.
        say(&mut session, b"\x80", &[Stamp, Text(b"\x80")])?;
    }
    Ok(())
}

#[test]
fn what_is_no_utf_8_comes_back_as_it_went() -> Result<()> {
    let all: Vec<u8> = (0..=255).collect();
    for language in Language::ALL {
        let server = Server::start("echo-server", language, &[])?;
        let mut session = begin(&server)?;
        let overlong_and_surrogate = b"\xc0\x80 \xe0\x80\x80 \xed\xa0\x80 \xf5\x80\x80\x80";
        for bytes in [&all[..], b"\xff\xfe", b"\x80\x80\x80\x80\x80", overlong_and_surrogate] {
            say(&mut session, bytes, &[Stamp, Text(bytes)])?;
        }
        // A character that is begun and never completed: what follows is stamped again.
        say(&mut session, b"\xe8", &[Stamp, Text(b"\xe8")])?;
        say(&mut session, b"x", &[Stamp, Text(b"x")])?;
        // More continuation bytes than it wants.
        say(&mut session, b"\xc3", &[Stamp, Text(b"\xc3")])?;
        say(&mut session, b"\xa9\xa9", &[Text(b"\xa9"), Stamp, Text(b"\xa9")])?;
    }
    Ok(())
}

#[test]
fn a_piece_that_ends_inside_a_character_is_completed_before_the_next_stamp() -> Result<()> {
    let text = [&[b'x'; 1023][..], "芝!".as_bytes()].concat();
    for language in Language::ALL {
        let server = Server::start("echo-server", language, &[])?;
        let mut session = begin(&server)?;
        // The server reads 1024 bytes at a time. The last of these is the character's first.
        say(&mut session, &text[..1024], &[Stamp, Text(&text[..1024])])?;
        say(&mut session, &text[1024..], &[Text(&text[1024..1026]), Stamp, Text(b"!")])?;
        // One byte more is a piece of its own, and still of that character.
        say(&mut session, &text[..1025], &[Stamp, Text(&text[..1025])])?;
        say(&mut session, &text[1025..], &[Text(&text[1025..1026]), Stamp, Text(b"!")])?;
    }
    Ok(())
}

/// A session with the server, by the tutorial's key.
fn begin(server: &Server) -> Result<TcpStream> {
    let mut session = TcpStream::connect(server.address)?;
    session.set_nodelay(true)?;
    session.set_read_timeout(Some(Duration::from_secs(60)))?;
    auth::respond(&mut session, &Key::new("芝麻开门")?, Scheme::Md5)?;
    Ok(session)
}

/// Sends the bytes, and sees that exactly this comes back before more is sent.
fn say(session: &mut TcpStream, bytes: &[u8], expected: &[Part]) -> Result<()> {
    session.write_all(bytes)?;
    for part in expected {
        let mut came = vec![0; if let Text(text) = part { text.len() } else { LEN }];
        session.read_exact(&mut came)?;
        let is_right = if let Text(text) = part { came == *text } else { is_timestamp(&came) };
        ensure!(is_right, "{:?} for {:?}", came.escape_ascii().to_string(), bytes.escape_ascii().to_string());
    }
    Ok(())
}
