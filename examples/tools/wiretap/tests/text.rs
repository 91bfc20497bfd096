//! Text stands beside its bytes: no wide character is torn, nothing acts on the terminal, no row passes 80 columns.

mod shared;

use std::io::{Read, Write};
use std::net::TcpListener;

use anyhow::Result;
use shared::{Is, connect, rows, tap};
use unicode_width::UnicodeWidthStr;

/// What is shown of these pieces, each read before the next is sent: rows, and the text beside them.
fn shown(pieces: &[&[u8]], options: &[&str]) -> Result<(Vec<String>, Vec<String>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut tap = tap(listener.local_addr()?, options)?;
    let (mut client, mut server) = connect(&tap, &listener)?;
    client.set_nodelay(true)?;
    for piece in pieces {
        client.write_all(piece)?;
        server.read_exact(&mut vec![0; piece.len()])?;
    }
    drop((client, server));
    tap.line("closed")?;
    let ended = tap.stop()?;
    let texts = rows(&ended.out())?.into_iter().filter_map(|row| match row.is {
        Is::Dumped(_, text) => Some(text),
        Is::Told(_) => None,
    });
    Ok((ended.out().into_iter().map(str::to_owned).collect(), texts.collect()))
}

#[test]
fn a_wide_character_is_not_torn_by_rows() -> Result<()> {
    let (rows, texts) = shown(&["a芝麻开门,芝麻开门".as_bytes()], &[])?;
    assert_eq!(texts, ["a芝麻开门,", "芝麻开门"]);
    assert!(
        rows.iter().any(|row| row.ends_with("61 e8 8a 9d e9 ba bb e5  bc 80 e9 97 a8 2c        a芝麻开门,")),
        "{rows:#?}"
    );
    Ok(())
}

#[test]
fn a_wide_character_is_not_torn_by_pieces() -> Result<()> {
    for options in [&[][..], &["--lesson", "threaded"]] {
        let (_, texts) = shown(&[b"a\xe9", b"\x97", b"\xa8b"], options)?;
        assert_eq!(texts, ["a", "", "门b"]);
    }
    Ok(())
}

/// Masked, in a message of two frames with a ping between them.
#[test]
fn a_wide_character_is_not_torn_by_frames() -> Result<()> {
    let frames = b"\x01\x82\0\0\0\x01a\xe9\x89\x80\0\0\0\0\x80\x83\x01\0\0\0\x96\xa8b";
    let (rows, texts) = shown(&[b"GET / HTTP/1.1\r\n\r\n", frames], &["--lesson", "ws"])?;
    assert_eq!(texts[2..].concat(), "a门b", "{rows:#?}");
    assert!(rows.iter().any(|row| row.ends_with("96 a8 62                                          门b")), "{rows:#?}");
    Ok(())
}

#[test]
fn what_acts_on_a_terminal_is_escaped() -> Result<()> {
    for options in [&[][..], &["--lesson", "threaded"]] {
        let (rows, texts) = shown(&["\x1b[2J\r\n\u{9b}\u{202e}\x07".as_bytes()], options)?;
        assert_eq!(texts.concat(), r"\u{1b}[2J\r\n\u{9b}\u{202e}\u{7}");
        assert!(!rows.concat().contains(char::is_control), "{rows:?}");
    }
    Ok(())
}

#[test]
fn bytes_that_are_no_text_are_shown_as_hex_with_their_ascii() -> Result<()> {
    let (_, texts) = shown(&[b"\x00\xffGET\x1b\xe9\x97\xa8"], &[])?;
    assert_eq!(texts, ["..GET...."]);
    Ok(())
}

#[test]
fn no_row_passes_80_columns() -> Result<()> {
    let all: Vec<u8> = (0..=255).cycle().take(4096).collect();
    let wide = "芝麻开门👍🏽\u{202e}é\u{301}".repeat(100);
    for options in [&[][..], &["--lesson", "threaded"], &["--lesson", "echo"]] {
        let (rows, _) = shown(&[&all, wide.as_bytes()], options)?;
        assert!(rows.len() > 300, "{}", rows.len());
        for row in rows {
            assert!(row.width() <= 80, "{row}");
        }
    }
    Ok(())
}

#[test]
fn no_name_passes_80_columns() -> Result<()> {
    let header = [&b"GET / HTTP/1.1\r\nSec-WebSocket-Extensions: "[..], &[b'x'; 100]].concat();
    let frame = b"\x00\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0";
    let (rows, _) = shown(&[&header, &[b'x'; 1000], b"\r\n\r\n", frame], &["--lesson", "ws"])?;
    let margin = format!("  1 │ {:28}", "");
    let has = |name: &str, rest: &str| {
        rows.windows(2).any(|rows| rows[0].ends_with(name) && rows[1] == format!("{margin}{rest}"))
    };
    assert!(has("  Sec-WebSocket-Extensions header continued,", "1000 bytes"), "{rows:#?}");
    assert!(has("  frame: continuation, not final,", "9223372036854775807 bytes, masked"), "{rows:#?}");
    assert!(rows.iter().all(|row| row.width() <= 80), "{rows:#?}");
    Ok(())
}
