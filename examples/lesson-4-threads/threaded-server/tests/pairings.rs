//! A server in either language answers the requests of a client in either language, each on a connection of its own.

use anyhow::Result;
use programs::{Language, Server, run};
use timestamp::{LEN, is_timestamp};

#[test]
fn each_request_comes_back_stamped() -> Result<()> {
    let requests = [&b"hello"[..], "芝麻 🚪".as_bytes(), b"no UTF-8: \xff\xc3(\xe4\xbd"];
    let logged = ["hello", "芝麻 🚪", r"no UTF-8: \xff\xc3(\xe4\xbd"];
    let input = [&requests.join(&b'\n')[..], b"\n\nnot sent\n"].concat();
    for (server, client) in Language::PAIRINGS {
        let mut threaded = Server::start("threaded-server", server, &[])?;
        let ended = run("threaded-client", client, &["--connect", &threaded.address.to_string()], &input)?;
        assert!(ended.status.success(), "{server:?}, {client:?}: {ended:?}");
        let answers = ended.out_bytes();
        assert!(answers.iter().all(|answer| is_timestamp(answer)), "{server:?}, {client:?}: {ended:?}");
        let said: Vec<_> = answers.iter().map(|answer| &answer[LEN..]).collect();
        assert_eq!(said, requests, "{server:?}, {client:?}");

        for (answer, text) in answers.iter().zip(logged) {
            let stamp = String::from_utf8_lossy(&answer[..LEN]);
            let line = threaded.line("127.0.0.1:")?;
            assert!(line.ends_with(&format!(": {stamp}{text}")), "{server:?}, {client:?}: {line}");
        }
        let last = "threaded-server served 3: 3 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 0";
        assert_eq!(threaded.stop()?.out().last(), Some(&last), "{server:?}, {client:?}");
    }
    Ok(())
}
