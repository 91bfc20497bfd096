//! How echo-client and line-client read lines from a pipe.

use anyhow::{Context, Result, ensure};
use programs::{Ended, Language, Server, run};
use prompt::MAX_LINE;

#[test]
fn a_line_of_maximum_length_is_sent_and_no_longer_one() -> Result<()> {
    assert_eq!(MAX_LINE, 64 * 1024);
    let longest = "x".repeat(MAX_LINE);
    for ending in ["\n", "\r\n", ""] {
        let ended = client_of("echo", format!("{longest}{ending}").as_bytes())?;
        assert_eq!(texts(&ended)?, [&longest], "{ending:?}");
    }
    let much_longer = "x".repeat(16 << 20);
    for longer in [format!("{longest}x\n"), format!("{longest}x\r\n"), format!("{longest}x"), much_longer] {
        let ended = client_of("echo", format!("first\n{longer}").as_bytes())?;
        assert_eq!(ended.status.code(), Some(1));
        assert_eq!(ended.err().last(), Some(&"echo-client: a line is longer than 65536 bytes; not sent"));
        assert_eq!((ended.out().len(), ended.out()[0].ends_with("] first")), (1, true), "{:?}", ended.out());
    }
    Ok(())
}

#[test]
fn lines_may_end_as_on_unix_or_windows_and_the_input_with_quit() -> Result<()> {
    let cases: [(&str, &str, &[&str]); 8] = [
        ("echo", "one\ntwo\nthree\n", &["one", "two", "three"]),
        ("echo", "one\r\ntwo\r\nthree\r\n", &["one", "two", "three"]),
        ("echo", "one\ntwo\r\nthree", &["one", "two", "three"]),
        ("echo", "one\nquit\ntwo\n", &["one"]),
        ("echo", "one\n  quit \r\ntwo\n", &["one"]),
        ("echo", "one\nquit", &["one"]),
        ("echo", "quit!\nQUIT\nto quit\n", &["quit!", "QUIT", "to quit"]),
        // The clients that send requests also end at an empty line.
        ("line", "one\r\n two \n\r\nthree\n", &["one", " two"]),
    ];
    for (lesson, input, sent) in cases {
        assert_eq!(texts(&client_of(lesson, input.as_bytes())?)?, sent, "{input:?}");
    }
    Ok(())
}

/// Runs the client of a lesson with this input.
fn client_of(lesson: &str, input: &[u8]) -> Result<Ended> {
    let server = Server::start(&format!("{lesson}-server"), Language::Rust, &[])?;
    run(&format!("{lesson}-client"), Language::Rust, &["--connect", &server.address.to_string()], input)
}

/// Returns the lines that a client printed, without their timestamps.
fn texts(ended: &Ended) -> Result<Vec<&str>> {
    ensure!(ended.status.success(), "{:?}", ended.err());
    let texts = ended.out().into_iter().map(|line| line.split_once("] ").map(|(_, text)| text));
    texts.collect::<Option<_>>().with_context(|| format!("no timestamp: {:?}", ended.out()))
}
