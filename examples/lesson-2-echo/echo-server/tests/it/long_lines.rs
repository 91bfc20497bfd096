//! Lines of up to 64 KiB come back whole, each before the next one is sent. (Longer ones: see crates/prompt.)

use anyhow::{Result, ensure};
use programs::{Language, Server, at_once, run};
use timestamp::{LEN, is_timestamp};

const LONGEST: usize = 64 * 1024;

#[test]
fn the_longest_lines_come_back_whole() -> Result<()> {
    let lines = ["a", "芝", "🚪", "[", "[Thu May 10 22:00:19 2018] "].map(longest_line_of);
    let input = lines.map(|line| format!("{line}\nand then\n")).concat();
    at_once(Language::PAIRINGS, |(server, client)| {
        let server = Server::start("echo-server", server, &[])?;
        let ended = run("echo-client", client, &["--connect", &server.address.to_string()], input.as_bytes())?;
        ensure!(ended.status.success(), "{:?}", ended.err());
        let replies = ended.out_bytes();
        ensure!(replies.len() == input.lines().count(), "{} replies", replies.len());
        for (reply, line) in replies.into_iter().zip(input.lines()) {
            ensure!(is_timestamp(reply) && &reply[LEN..] == line.as_bytes(), "{line:.30}");
        }
        Ok(())
    })
}

/// Repeats the text as often as possible, and fills the rest of the line with `.`.
fn longest_line_of(text: &str) -> String {
    let line = text.repeat(LONGEST / text.len());
    let rest = LONGEST - line.len();
    // The client strips a line, so it must not end with the space of a timestamp.
    line + &".".repeat(rest)
}
