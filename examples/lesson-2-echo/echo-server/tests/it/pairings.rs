//! A server in either language echoes what a client in either language says, behind a stamp.

use anyhow::{Context, Result};
use programs::{Language, Server, run};
use timestamp::{LEN, is_timestamp};

#[test]
fn what_is_said_comes_back_stamped() -> Result<()> {
    for (server, client) in Language::PAIRINGS {
        let mut echo = Server::start("echo-server", server, &[])?;
        let input = b"hello\n\n  open \xe8\x8a\x9d\xe9\xba\xbb \xf0\x9f\x9a\xaa\t\r\nno UTF-8: \xff\xc3(\xe4\xbd\nquit\nnot sent\n";
        let ended = run("echo-client", client, &["--connect", &echo.address.to_string()], input)?;
        assert!(ended.status.success(), "{server:?}, {client:?}: {ended:?}");
        let answers = ended.out_bytes();
        assert!(answers.iter().all(|answer| is_timestamp(answer)), "{server:?}, {client:?}: {ended:?}");
        let said: Vec<_> = answers.iter().map(|answer| &answer[LEN..]).collect();
        let expected = [&b"hello"[..], "open 芝麻 🚪".as_bytes(), b"no UTF-8: \xff\xc3(\xe4\xbd"];
        assert_eq!(said, expected, "{server:?}, {client:?}");

        let verdict = echo.line(": accepted")?;
        let peer = verdict.strip_suffix(": accepted, it holds the key").context(verdict.clone())?;
        echo.line(&format!("{peer}: disconnected"))?;
        let last = "echo-server served 1: 1 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 0";
        assert_eq!(echo.stop()?.out().last(), Some(&last), "{server:?}, {client:?}");
    }
    Ok(())
}
