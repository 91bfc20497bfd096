//! Lines up to 64 KiB come back whole, each before the next is sent; longer ones are not sent.

use anyhow::Result;
use programs::{Language, Server, run};
use timestamp::{LEN, is_timestamp};

const LONGEST: usize = 64 * 1024;

#[test]
fn the_longest_lines_come_back_whole() -> Result<()> {
    let lines = ["a", "芝", "🚪", "[", "[Thu May 10 22:00:19 2018] "].map(longest_of);
    for (server, client) in Language::PAIRINGS {
        let mut input = Vec::new();
        for (number, line) in lines.iter().enumerate() {
            input.extend(format!("{line}\nand then {number}\n").bytes());
        }
        let echo = Server::start("echo-server", server, &[])?;
        let ended = run("echo-client", client, &["--connect", &echo.address.to_string()], &input)?;
        assert!(ended.status.success(), "{server:?}, {client:?}: {:?}", ended.err());
        let said = input[..input.len() - 1].split(|byte| *byte == b'\n');
        let answers = ended.out_bytes();
        assert_eq!(answers.len(), 2 * lines.len(), "{server:?}, {client:?}");
        for (answer, said) in answers.into_iter().zip(said) {
            let begin = String::from_utf8_lossy(&said[..said.len().min(30)]);
            assert!(is_timestamp(answer), "{server:?}, {client:?}: {begin}");
            assert!(&answer[LEN..] == said, "{server:?}, {client:?}: {begin}");
        }
    }
    Ok(())
}

#[test]
fn a_longer_line_is_not_sent() -> Result<()> {
    let input = format!("before\n{}b\nafter\n", longest_of("a"));
    for (server, client) in Language::PAIRINGS {
        let echo = Server::start("echo-server", server, &[])?;
        let ended = run("echo-client", client, &["--connect", &echo.address.to_string()], input.as_bytes())?;
        assert_eq!(ended.status.code(), Some(1), "{server:?}, {client:?}");
        assert_eq!(ended.err().last(), Some(&"echo-client: a line is longer than 65536 bytes; not sent"));
        let [answer] = ended.out()[..] else { panic!("{server:?}, {client:?}: {:?}", ended.out()) };
        assert_eq!(&answer[LEN..], "before");
    }
    Ok(())
}

/// As often as it fits into the longest line, and `.` for what is left.
fn longest_of(text: &str) -> String {
    let line = text.repeat(LONGEST / text.len());
    let left = LONGEST - line.len();
    // A line is trimmed, so that it must not end with the space of a stamp.
    line + &".".repeat(left)
}
