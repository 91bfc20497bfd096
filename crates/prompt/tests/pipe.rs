//! How echo-client and line-client read lines from a pipe.

use anyhow::Result;
use programs::{Ended, Language, Server, run};
use prompt::MAX_LINE;

#[test]
fn a_line_of_maximum_length_is_sent_and_no_longer_one() -> Result<()> {
    assert_eq!(MAX_LINE, 64 * 1024);
    let longest = "x".repeat(MAX_LINE);
    for ending in ["\n", "\r\n", ""] {
        let ended = echo(format!("{longest}{ending}").as_bytes())?;
        assert!(ended.status.success(), "{ending:?}: {:?}", ended.err());
        assert_eq!(texts(&ended), [&longest], "{ending:?}");

        let ended = echo(format!("first\n{longest}x{ending}").as_bytes())?;
        assert_eq!(ended.status.code(), Some(1), "{ending:?}");
        assert_eq!(ended.err(), ["echo-client: a line is longer than 65536 bytes; not sent"], "{ending:?}");
        assert_eq!(texts(&ended), ["first"], "{ending:?}");
    }
    Ok(())
}

#[test]
fn a_much_longer_line_is_not_sent_either() -> Result<()> {
    let ended = echo(&vec![b'x'; 16 << 20])?;
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(ended.err(), ["echo-client: a line is longer than 65536 bytes; not sent"]);
    Ok(())
}

#[test]
fn lines_may_end_as_on_unix_or_windows_and_the_last_one_without_an_ending() -> Result<()> {
    for input in ["one\ntwo\nthree\n", "one\r\ntwo\r\nthree\r\n", "one\ntwo\r\nthree"] {
        let ended = echo(input.as_bytes())?;
        assert!(ended.status.success(), "{:?}", ended.err());
        assert_eq!(texts(&ended), ["one", "two", "three"], "{input:?}");
        assert_eq!(ended.err(), [""; 0]);
    }
    Ok(())
}

#[test]
fn quit_ends_the_client() -> Result<()> {
    for input in ["one\nquit\ntwo\n", "one\n  quit \r\ntwo\n", "one\nquit"] {
        let ended = echo(input.as_bytes())?;
        assert!(ended.status.success(), "{:?}", ended.err());
        assert_eq!(texts(&ended), ["one"], "{input:?}");
    }
    assert_eq!(texts(&echo(b"quit!\nQUIT\nto quit\n")?), ["quit!", "QUIT", "to quit"]);
    Ok(())
}

#[test]
fn an_empty_line_ends_the_clients_that_send_requests() -> Result<()> {
    let server = Server::start("line-server", Language::Rust, &[])?;
    let ended =
        run("line-client", Language::Rust, &["--connect", &server.address.to_string()], b"one\r\n two \n\r\nthree\n")?;
    assert!(ended.status.success(), "{:?}", ended.err());
    assert_eq!(texts(&ended), ["one", " two"]);
    server.stop()?;
    Ok(())
}

/// Runs echo-client with this input.
fn echo(input: &[u8]) -> Result<Ended> {
    const KEY: (&str, &str) = ("OPEN_SESAME_KEY", "a key for this test");
    let mut command = programs::command("echo-server", Language::Rust)?;
    let server = Server::from_command(command.args(["--listen", "127.0.0.1:0"]).env(KEY.0, KEY.1))?;
    let mut command = programs::command("echo-client", Language::Rust)?;
    command.args(["--connect", &server.address.to_string()]).env(KEY.0, KEY.1);
    let ended = programs::Process::start(&mut command, input)?.wait()?;
    server.stop()?;
    Ok(ended)
}

/// The lines that a client printed, without their timestamps.
fn texts(ended: &Ended) -> Vec<&str> {
    ended.out().into_iter().map(|line| line.split_once("] ").map_or(line, |(_, text)| text)).collect()
}
