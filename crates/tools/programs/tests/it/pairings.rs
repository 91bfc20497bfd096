//! Each client works with its server, in all four pairings of languages.

use std::fs;

use anyhow::{Context, Result, ensure};
use programs::{Language, Server, run};
use timestamp::{LEN, is_timestamp};

use crate::common::{at_once, last_line};

/// ASCII, characters of three and four bytes, and bytes that are not UTF-8.
const TEXTS: [&[u8]; 3] = [b"hello", "芝麻 🚪".as_bytes(), b"not UTF-8: \xff\xc3(\xe4\xbd"];
const ESCAPED: [&str; 3] = ["hello", "芝麻 🚪", r"not UTF-8: \xff\xc3(\xe4\xbd"];

fn in_all_pairings<T: Copy>(lessons: &[T]) -> impl Iterator<Item = (T, (Language, Language))> {
    lessons.iter().flat_map(|lesson| Language::PAIRINGS.map(|pairing| (*lesson, pairing)))
}

#[test]
fn a_client_that_holds_the_key_is_accepted() -> Result<()> {
    at_once(Language::PAIRINGS, |(server_language, client_language)| {
        let mut server = Server::start("gate-server", server_language, &[])?;
        let address = server.address.to_string();
        let ended = run("gate-client", client_language, &["--connect", &address], b"")?;
        let [responded, no_verdict] = ended.out()[..] else { panic!("{ended:?}") };
        let response =
            responded.strip_prefix(&format!("responded to {address} with ")).context(responded.to_owned())?;
        assert!(response.len() == 32 && response.bytes().all(|byte| b"0123456789abcdef".contains(&byte)), "{response}");
        assert_eq!(no_verdict, "the server does not send its verdict: see the server's terminal");
        assert!(ended.status.success(), "{ended:?}");

        let verdict = server.line("it holds the key")?;
        let peer = verdict.strip_suffix(": accepted, it holds the key").context(verdict.clone())?;
        assert!(peer.starts_with("127.0.0.1:") && peer != address, "{verdict}");
        assert_eq!(server.stop()?.out().last(), Some(&&*last_line("gate-server", 1)));
        Ok(())
    })
}

#[test]
fn a_client_with_another_key_is_rejected() -> Result<()> {
    let key_file = format!("{}/another.key", env!("CARGO_TARGET_TMPDIR"));
    fs::write(&key_file, "芝麻关门\n")?;
    at_once(in_all_pairings(&["gate", "echo"]), |(lesson, (server_language, client_language))| {
        let mut server = Server::start(&format!("{lesson}-server"), server_language, &[])?;
        let address = server.address.to_string();
        let options = ["--connect", &address, "--key-file", &key_file];
        let ended = run(&format!("{lesson}-client"), client_language, &options, b"hello\n")?;
        if lesson == "echo" {
            let reason = "rejected our response and closed the connection; do both sides use the same key?";
            assert_eq!(ended.err(), [format!("echo-client: {address} {reason}")], "{client_language:?}");
            assert_eq!((ended.status.code(), ended.out().len()), (Some(1), 0), "{client_language:?}");
        } else {
            // The client of the gate does not learn the verdict.
            assert!(ended.status.success(), "{client_language:?}: {ended:?}");
        }
        server.line(": rejected, it does not hold the key")?;
        // A wrong response is a verdict, not a failure.
        assert_eq!(server.stop()?.out().last(), Some(&&*last_line(&format!("{lesson}-server"), 1)));
        Ok(())
    })
}

#[test]
fn each_message_comes_back_with_a_timestamp() -> Result<()> {
    // An empty line ends the input of the two clients that make requests. The echo client skips it, strips blanks, and
    // ends at `quit`.
    let requests = [&TEXTS.join(&b'\n')[..], b"\n\nnot sent\n"].concat();
    let session = [TEXTS[0], b"\n\n  ", TEXTS[1], b"\t\r\n", TEXTS[2], b"\nquit\nnot sent\n"].concat();
    let lessons = [("echo", &session, 1), ("line", &requests, 3), ("threaded", &requests, 3)];
    at_once(in_all_pairings(&lessons), |((lesson, input, served), (server_language, client_language))| {
        let case = format!("{lesson}, {server_language:?} and {client_language:?}");
        let name = format!("{lesson}-server");
        let mut server = Server::start(&name, server_language, &[])?;
        let options = ["--connect", &server.address.to_string()];
        let ended = run(&format!("{lesson}-client"), client_language, &options, input)?;
        ensure!(ended.status.success(), "{case}: {ended:?}");
        let replies = ended.out_bytes();
        ensure!(replies.iter().all(|reply| is_timestamp(reply)), "{case}: {ended:?}");
        let texts: Vec<_> = replies.iter().map(|reply| &reply[LEN..]).collect();
        assert_eq!(texts, TEXTS, "{case}");

        let log: Vec<_> = match lesson {
            "echo" => vec!["accepted, it holds the key".to_owned(), "disconnected".to_owned()],
            "line" => vec!["connected".to_owned(); 3],
            _ => replies
                .iter()
                .zip(ESCAPED)
                .map(|(reply, text)| reply[..LEN].escape_ascii().to_string() + text)
                .collect(),
        };
        for text in log {
            let line = server.line("127.0.0.1:")?;
            assert_eq!(line.split_once(": ").map(|(_, text)| text), Some(&*text), "{case}: {line}");
        }
        assert_eq!(server.stop()?.out().last(), Some(&&*last_line(&name, served)), "{case}");
        Ok(())
    })
}
