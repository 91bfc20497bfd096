//! A server in either language answers the lines of a client in either language, each on a connection of its own.

use anyhow::Result;
use programs::{Language, Server, run};
use timestamp::{LEN, is_timestamp};

#[test]
fn each_line_comes_back_stamped() -> Result<()> {
    let lines = [&b"hello"[..], "芝麻 🚪".as_bytes(), b"no UTF-8: \xff\xc3(\xe4\xbd"];
    let input = [&lines.join(&b'\n')[..], b"\n\nnot sent\n"].concat();
    for (server, client) in Language::PAIRINGS {
        let mut line_server = Server::start("line-server", server, &[])?;
        let ended = run("line-client", client, &["--connect", &line_server.address.to_string()], &input)?;
        assert!(ended.status.success(), "{server:?}, {client:?}: {ended:?}");
        let answers = ended.out_bytes();
        assert!(answers.iter().all(|answer| is_timestamp(answer)), "{server:?}, {client:?}: {ended:?}");
        let said: Vec<_> = answers.iter().map(|answer| &answer[LEN..]).collect();
        assert_eq!(said, lines, "{server:?}, {client:?}");

        for _ in lines {
            let connected = line_server.line(": connected")?;
            assert!(connected.starts_with("127.0.0.1:") && connected.ends_with(": connected"), "{connected}");
        }
        let last = "line-server served 3: 3 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 0";
        assert_eq!(line_server.stop()?.out().last(), Some(&last), "{server:?}, {client:?}");
    }
    Ok(())
}
