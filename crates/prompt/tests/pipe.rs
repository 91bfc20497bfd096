//! How echo-client and line-client read lines from a pipe.

use anyhow::{Context, Result, ensure};
use programs::{Ended, Language, Server, at_once, both, run};
use prompt::MAX_LINE;

#[test]
fn a_line_of_maximum_length_is_sent_and_no_longer_one() -> Result<()> {
    assert_eq!(MAX_LINE, 64 * 1024);
    let longest = "x".repeat(MAX_LINE);
    at_once(both(&["\n", "\r\n", ""]), |(ending, language)| {
        let ended = client_of("echo", language, format!("{longest}{ending}").as_bytes())?;
        assert_eq!(texts(&ended)?, [&longest], "{language:?}: {ending:?}");
        Ok(())
    })?;
    let much_longer = "x".repeat(16 << 20);
    let longer = [format!("{longest}x\n"), format!("{longest}x\r\n"), format!("{longest}x"), much_longer];
    at_once(both(&longer.each_ref()), |(longer, language)| {
        let ended = client_of("echo", language, format!("first\n{longer}").as_bytes())?;
        assert_eq!(ended.status.code(), Some(1));
        assert_eq!(ended.err().last(), Some(&"echo-client: a line is longer than 65536 bytes; not sent"));
        assert_eq!((ended.out().len(), ended.out()[0].ends_with("] first")), (1, true), "{:?}", ended.out());
        Ok(())
    })
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
    at_once(both(&cases), |((lesson, input, sent), language)| {
        let ended = client_of(lesson, language, input.as_bytes())?;
        assert_eq!(texts(&ended)?, sent, "{language:?}: {input:?}");
        Ok(())
    })
}

/// Runs the client of a lesson with this input.
fn client_of(lesson: &str, language: Language, input: &[u8]) -> Result<Ended> {
    let server = Server::start(&format!("{lesson}-server"), Language::Rust, &[])?;
    run(&format!("{lesson}-client"), language, &["--connect", &server.address.to_string()], input)
}

/// Returns the lines that a client printed, without their timestamps.
fn texts(ended: &Ended) -> Result<Vec<&str>> {
    ensure!(ended.status.success(), "{:?}", ended.err());
    let texts = ended.out().into_iter().map(|line| line.split_once("] ").map(|(_, text)| text));
    texts.collect::<Option<_>>().with_context(|| format!("no timestamp: {:?}", ended.out()))
}
