//! The parts of each lesson are named, between its real server and client, in either language.

mod shared;

use anyhow::Result;
use programs::{Ended, Language, Server};
use shared::{dumped, tap, told};

/// What the wiretap tells of the first connection of a lesson, and what it and the client printed.
fn listen_in(lesson: &str, language: Language, input: &str) -> Result<(Vec<String>, Ended, Ended)> {
    let server = Server::start(&format!("{lesson}-server"), language, &[])?;
    let mut tap = tap(server.address, &["--lesson", lesson])?;
    let client = programs::run(
        &format!("{lesson}-client"),
        language,
        &["--connect", &tap.address.to_string()],
        input.as_bytes(),
    )?;
    assert!(client.status.success(), "{:?}", client.lines);
    tap.line("closed")?;
    let ended = tap.stop()?;
    server.stop()?;
    let told = told(&ended.out(), 1)?.into_iter().filter(|told| !told.contains("  end: ") && told != "closed");
    Ok((told.collect(), ended, client))
}

#[test]
fn the_gate() -> Result<()> {
    for language in Language::ALL {
        let (told, tap, client) = listen_in("gate", language, "")?;
        assert_eq!(
            told,
            ["server → client  nonce, 32 random bytes", "client → server  answer, 32 hexadecimal characters"]
        );
        let answer = String::from_utf8(dumped(&tap.out(), 1, "answer")?)?;
        assert!(client.out()[0].ends_with(&answer), "{answer:?}: {:?}", client.out());
        assert_eq!(dumped(&tap.out(), 1, "nonce")?.len(), 32);
    }
    Ok(())
}

#[test]
fn the_echo() -> Result<()> {
    for language in Language::ALL {
        let (told, tap, client) = listen_in("echo", language, "open 门\nagain\n")?;
        assert_eq!(
            told,
            [
                "server → client  nonce, 32 random bytes",
                "client → server  answer, 16 bytes",
                "client → server  message, 8 bytes",
                "server → client  stamp, 27 bytes",
                "server → client  message, 8 bytes",
                "client → server  message, 5 bytes",
                "server → client  stamp, 27 bytes",
                "server → client  message, 5 bytes",
            ]
        );
        let out = tap.out();
        assert_eq!(dumped(&out, 1, "client → server  message")?, "open 门again".as_bytes());
        assert_eq!(dumped(&out, 1, "server → client  message")?, "open 门again".as_bytes());
        let stamps = String::from_utf8(dumped(&out, 1, "stamp")?)?;
        let shown = [&stamps[..27], "open 门", &stamps[27..], "again"].concat();
        assert_eq!(shown, client.out().concat());
    }
    Ok(())
}

#[test]
fn a_line() -> Result<()> {
    for language in Language::ALL {
        let (told, tap, client) = listen_in("line", language, "hello\n")?;
        assert_eq!(
            told,
            [
                "client → server  message, 5 bytes",
                "client → server  line ending, 2 bytes",
                "server → client  stamp, 27 bytes",
                "server → client  message, 5 bytes",
                "server → client  line ending, 2 bytes",
            ]
        );
        let out = tap.out();
        assert!(
            out.iter().any(|row| row.ends_with(r"0d 0a                                             \r\n")),
            "{out:#?}"
        );
        assert_eq!([dumped(&out, 1, "stamp")?, b"hello".to_vec()].concat(), client.out_bytes()[0]);
    }
    Ok(())
}

#[test]
fn a_message_of_the_threaded_server() -> Result<()> {
    for language in Language::ALL {
        let (told, tap, client) = listen_in("threaded", language, "hello\n")?;
        assert_eq!(
            told,
            [
                "client → server  message, 5 bytes",
                "server → client  stamp, 27 bytes",
                "server → client  message, 5 bytes"
            ]
        );
        assert_eq!([dumped(&tap.out(), 1, "stamp")?, b"hello".to_vec()].concat(), client.out_bytes()[0]);
    }
    Ok(())
}

#[test]
fn a_lesson_that_it_is_not_is_said_not_to_be() -> Result<()> {
    let server = Server::start("threaded-server", Language::Rust, &[])?;
    let mut tap = tap(server.address, &["--lesson", "gate"])?;
    let client = ["--connect", &tap.address.to_string()];
    programs::run("threaded-client", Language::Rust, &client, b"hello\n")?;
    tap.line("closed")?;
    let told = told(&tap.stop()?.out(), 1)?;
    assert_eq!(told[0], "client → server  not of this lesson, 5 bytes", "{told:?}");
    assert_eq!(told[1], "server → client  nonce, 32 random bytes", "by its place alone: {told:?}");
    Ok(())
}
