//! Lines of up to 64 KiB come back whole, each before the next one is sent. Longer ones are not sent.

use anyhow::{Result, ensure};
use programs::{Ended, Language, Server, run};
use timestamp::{LEN, is_timestamp};

const LONGEST: usize = 64 * 1024;

#[test]
fn the_longest_lines_come_back_whole() -> Result<()> {
    let lines = ["a", "芝", "🚪", "[", "[Thu May 10 22:00:19 2018] "].map(longest_line_of);
    let input = lines.map(|line| format!("{line}\nand then\n")).concat();
    in_all_pairings(&input, |ended| {
        ensure!(ended.status.success(), "{:?}", ended.err());
        let replies = ended.out_bytes();
        ensure!(replies.len() == input.lines().count(), "{} replies", replies.len());
        for (reply, line) in replies.into_iter().zip(input.lines()) {
            ensure!(is_timestamp(reply) && &reply[LEN..] == line.as_bytes(), "{line:.30}");
        }
        Ok(())
    })
}

#[test]
fn a_longer_line_is_not_sent() -> Result<()> {
    let input = format!("before\n{}b\nafter\n", longest_line_of("a"));
    in_all_pairings(&input, |ended| {
        ensure!(ended.status.code() == Some(1), "{}", ended.status);
        ensure!(ended.err().last() == Some(&"echo-client: a line is longer than 65536 bytes; not sent"));
        ensure!(ended.out().len() == 1 && &ended.out()[0][LEN..] == "before", "{:?}", ended.out());
        Ok(())
    })
}

fn in_all_pairings(input: &str, check: impl Fn(Ended) -> Result<()>) -> Result<()> {
    for (server, client) in Language::PAIRINGS {
        let server = Server::start("echo-server", server, &[])?;
        check(run("echo-client", client, &["--connect", &server.address.to_string()], input.as_bytes())?)?;
    }
    Ok(())
}

/// Repeats the text as often as possible, and fills the rest of the line with `.`.
fn longest_line_of(text: &str) -> String {
    let line = text.repeat(LONGEST / text.len());
    let rest = LONGEST - line.len();
    // The client strips a line, so it must not end with the space of a timestamp.
    line + &".".repeat(rest)
}
