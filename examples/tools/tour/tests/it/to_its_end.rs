//! The tour plays all lessons, each with its parts, and ends with status 0 well within a minute.

use crate::shared;

use std::time::{Duration, Instant};

use anyhow::Result;
use shared::{headings, play};

#[test]
fn all_lessons_are_played() -> Result<()> {
    programs::build_all()?;
    let begun = Instant::now();
    let ended = play(&[])?;
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    assert!(ended.status.success(), "{:?}", ended.err());

    let shown = ended.out();
    let expected = [
        "Lesson 1. The gate: who is calling?",
        "The right key",
        "A wrong key",
        "Lesson 2. The echo: who is let in may stay",
        "The right key",
        "A wrong key",
        "Lesson 3. Lines: one client after another",
        "A line, a connection",
        "A client that says nothing",
        "Lesson 4. Threads: many clients at a time",
        "A message, a connection",
        "A client that says nothing",
        "Lesson 5. WebSocket: messages that know where they end",
        "The handshake",
        "A message and its echo",
        "A message that is too long",
        "The next client",
        "Lesson 6. Tokens: who is calling, signed beforehand",
        "A token is minted",
        "Its holder is let in",
        "A token that was changed",
        "A token that has expired",
    ];
    assert_eq!(headings(&shown), expected);
    for (part, times) in [
        ("  nonce, 32 random bytes", 4),
        ("  response, 32 hexadecimal characters", 2),
        ("  response, 16 bytes", 2),
        ("  timestamp, 27 bytes", 8),
        ("  line ending, 2 bytes", 6),
        (": accepted, it holds the key", 2),
        (": rejected, it does not hold the key", 2),
        ("client │ >>>hello", 7),
        ("server │ ^C", 6),
        ("Sec-WebSocket-Key header", 1),
        ("Sec-WebSocket-Accept header", 1),
        ("server → client  handshake, 5 lines: HTTP/1.1 101 Switching Protocols", 5),
        ("  close code 1009", 1),
        ("  masked close code 1009", 1),
        (" echo: closed with 1009: a", 1),
        ("  close code 1008", 1),
        ("client │ Authenticated!", 1),
        (" did not let us in: Token Expired", 1),
        ("(ends with status 1)", 4),
    ] {
        let count = shown.iter().filter(|row| row.contains(part)).count();
        assert_eq!(count, times, "{part}");
    }
    Ok(())
}

#[test]
fn its_last_words_name_the_two_tools() -> Result<()> {
    let ended = play(&["1"])?;
    let shown = ended.out();
    let last = shown.iter().rev().take(4).copied().collect::<String>();
    for tool in
        ["cargo run -p wiretap ", "cargo run --release -p compare ", "cargo run --release -p compare -- --speed "]
    {
        assert!(last.contains(tool), "{tool}: {last}");
    }
    Ok(())
}

#[test]
fn no_row_is_wider_than_80_columns() -> Result<()> {
    let ended = play(&[])?;
    let columns = |row: &str| row.chars().map(|char| if char >= '\u{2e80}' { 2 } else { 1 }).sum::<usize>();
    let rows = ended.out();
    assert!(rows.len() > 100);
    for row in rows {
        assert!(columns(row) <= 80, "{row}");
    }
    Ok(())
}

/// What the tour's user has as a key is nothing to the lessons.
#[test]
fn a_key_of_the_user_s_own_changes_nothing() -> Result<()> {
    let ended = programs::Process::start(shared::tour(&["1"])?.env("OPEN_SESAME_KEY", "my own"), b"")?.wait()?;
    assert!(ended.status.success(), "{:?}", ended.err());
    Ok(())
}
