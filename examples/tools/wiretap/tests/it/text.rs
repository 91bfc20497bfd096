//! Text is next to its bytes: no frame breaks a character, nothing acts on the terminal, and no row exceeds 80 columns.

use std::io::{Read, Write};

use anyhow::Result;
use unicode_width::UnicodeWidthStr;

use crate::shared::{Printed, Tapped};

/// Sends these pieces, each after the last was received.
fn show(pieces: &[&[u8]], options: &[&str]) -> Result<Printed> {
    let mut tapped = Tapped::start(options)?;
    let (mut client, mut server) = tapped.connect()?;
    for piece in pieces {
        client.write_all(piece)?;
        server.read_exact(&mut vec![0; piece.len()])?;
    }
    drop((client, server));
    tapped.wait_until_closed()?;
    tapped.stop()
}

#[test]
fn a_character_is_not_broken_by_frames() -> Result<()> {
    // Masked, in a message of two frames with a ping between them.
    let frames = b"\x01\x82\0\0\0\x01a\xe9\x89\x80\0\0\0\0\x80\x83\x01\0\0\0\x96\xa8b";
    let printed = show(&[b"GET / HTTP/1.1\r\n\r\n", frames], &["--lesson", "ws"])?;
    assert_eq!(printed.text(1, "masked payload"), "a门b");
    let row = "96 a8 62                                          门b";
    assert!(printed.lines.iter().any(|printed| printed.ends_with(row)), "{printed:#?}");
    Ok(())
}

#[test]
fn of_a_tls_record_one_row_is_shown() -> Result<()> {
    let record = [b"\x17\x03\x03\0\x15", &[0xab; 21][..]].concat();
    let printed = show(&[&record, &record[..5], &record[5..9]], &["--lesson", "tls"])?;
    for (shown, expected) in
        printed.descriptions(1, "record").iter().zip(["21 bytes", "21 bytes", "continued, 4 bytes"])
    {
        assert!(shown.contains("application data record") && shown.ends_with(expected), "{shown}");
    }
    assert_eq!(printed.bytes(1, "record"), [&record[..16], &record[..5], &record[5..9]].concat());
    assert_eq!(printed.text(1, "record"), "…");
    Ok(())
}

#[test]
fn rows_are_at_most_80_columns_wide_without_control_characters() -> Result<()> {
    let all: Vec<u8> = (0..=255).cycle().take(4096).collect();
    let wide = "芝麻开门👍🏽\u{202e}é\u{301}".repeat(100);
    let assert_rows = |rows: &[String]| {
        assert!(rows.iter().all(|row| row.width() <= 80 && !row.contains(char::is_control)), "{rows:#?}");
    };
    for options in [&[][..], &["--lesson", "threaded"], &["--lesson", "echo"]] {
        let rows = show(&[&all, wide.as_bytes()], options)?.lines;
        assert!(rows.len() > 300, "{}", rows.len());
        assert_rows(&rows);
    }

    let header = [&b"GET / HTTP/1.1\r\nSec-WebSocket-Extensions: "[..], &[b'x'; 100]].concat();
    let frame = b"\x00\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0";
    let rows = show(&[&header, &[b'x'; 1000], b"\r\n\r\n", frame], &["--lesson", "ws"])?.lines;
    assert_rows(&rows);
    let margin = format!("  1 │ {:28}", "");
    for (description, rest) in [
        ("  Sec-WebSocket-Extensions header continued,", "1000 bytes"),
        ("  frame: continuation, not final,", "9223372036854775807 bytes, masked"),
    ] {
        let is_wrapped = |rows: &[String]| rows[0].ends_with(description) && rows[1] == format!("{margin}{rest}");
        assert!(rows.windows(2).any(is_wrapped), "{rows:#?}");
    }
    Ok(())
}
