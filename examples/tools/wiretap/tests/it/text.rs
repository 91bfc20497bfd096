//! Text is next to its bytes: no character is broken, nothing acts on the terminal, and no row exceeds 80 columns.

use std::io::{Read, Write};

use anyhow::Result;
use unicode_width::UnicodeWidthStr;

use crate::shared::Tapped;

/// Sends these pieces, each after the last was received. Returns the printed lines, and the text of each row.
fn show(pieces: &[&[u8]], options: &[&str]) -> Result<(Vec<String>, Vec<String>)> {
    let mut tapped = Tapped::start(options)?;
    let (mut client, mut server) = tapped.connect()?;
    for piece in pieces {
        client.write_all(piece)?;
        server.read_exact(&mut vec![0; piece.len()])?;
    }
    drop((client, server));
    tapped.wait_until_closed()?;
    let printed = tapped.stop()?;
    let text = printed.fields(1, "").flat_map(|field| field.text.clone()).collect();
    Ok((printed.lines, text))
}

#[test]
fn a_wide_character_is_not_broken_by_rows_pieces_or_frames() -> Result<()> {
    let (rows, text) = show(&["a芝麻开门,芝麻开门".as_bytes()], &[])?;
    assert_eq!(text, ["a芝麻开门,", "芝麻开门"]);
    let row = "61 e8 8a 9d e9 ba bb e5  bc 80 e9 97 a8 2c        a芝麻开门,";
    assert!(rows.iter().any(|printed| printed.ends_with(row)), "{rows:#?}");

    for options in [&[][..], &["--lesson", "threaded"]] {
        let (_, text) = show(&[b"a\xe9", b"\x97", b"\xa8b"], options)?;
        assert_eq!(text, ["a", "", "门b"]);
    }

    // Masked, in a message of two frames with a ping between them.
    let frames = b"\x01\x82\0\0\0\x01a\xe9\x89\x80\0\0\0\0\x80\x83\x01\0\0\0\x96\xa8b";
    let (rows, text) = show(&[b"GET / HTTP/1.1\r\n\r\n", frames], &["--lesson", "ws"])?;
    assert_eq!(text[2..].concat(), "a门b", "{rows:#?}");
    let row = "96 a8 62                                          门b";
    assert!(rows.iter().any(|printed| printed.ends_with(row)), "{rows:#?}");
    Ok(())
}

#[test]
fn control_characters_are_escaped() -> Result<()> {
    for options in [&[][..], &["--lesson", "threaded"]] {
        let (rows, text) = show(&["\x1b[2J\r\n\u{9b}\u{202e}\x07".as_bytes()], options)?;
        assert_eq!(text.concat(), r"\u{1b}[2J\r\n\u{9b}\u{202e}\u{7}");
        assert!(!rows.concat().contains(char::is_control), "{rows:?}");
    }
    Ok(())
}

#[test]
fn bytes_that_are_not_utf_8_are_shown_as_printable_ascii() -> Result<()> {
    let (_, text) = show(&[b"\x00\xffGET\x1b\xe9\x97\xa8"], &[])?;
    assert_eq!(text, ["..GET...."]);
    Ok(())
}

#[test]
fn no_row_exceeds_80_columns() -> Result<()> {
    let all: Vec<u8> = (0..=255).cycle().take(4096).collect();
    let wide = "芝麻开门👍🏽\u{202e}é\u{301}".repeat(100);
    for options in [&[][..], &["--lesson", "threaded"], &["--lesson", "echo"]] {
        let (rows, _) = show(&[&all, wide.as_bytes()], options)?;
        assert!(rows.len() > 300, "{}", rows.len());
        for row in rows {
            assert!(row.width() <= 80, "{row}");
        }
    }

    let header = [&b"GET / HTTP/1.1\r\nSec-WebSocket-Extensions: "[..], &[b'x'; 100]].concat();
    let frame = b"\x00\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0";
    let (rows, _) = show(&[&header, &[b'x'; 1000], b"\r\n\r\n", frame], &["--lesson", "ws"])?;
    let margin = format!("  1 │ {:28}", "");
    let has = |description: &str, rest: &str| {
        rows.windows(2).any(|rows| rows[0].ends_with(description) && rows[1] == format!("{margin}{rest}"))
    };
    assert!(has("  Sec-WebSocket-Extensions header continued,", "1000 bytes"), "{rows:#?}");
    assert!(has("  frame: continuation, not final,", "9223372036854775807 bytes, masked"), "{rows:#?}");
    assert!(rows.iter().all(|row| row.width() <= 80), "{rows:#?}");
    Ok(())
}
