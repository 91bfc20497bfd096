//! A server in either language judges a client in either language.

use anyhow::{Context, Result};
use programs::{Language, Server, run};

#[test]
fn who_holds_the_key_is_accepted() -> Result<()> {
    for (server, client) in Language::PAIRINGS {
        let mut gate = Server::start("gate-server", server, &[])?;
        let address = gate.address.to_string();
        let ended = run("gate-client", client, &["--connect", &address], b"")?;
        assert!(ended.status.success(), "{server:?}, {client:?}: {ended:?}");
        let [answered, verdict_not_sent] = ended.out()[..] else { panic!("{ended:?}") };
        let answer = answered.strip_prefix(&format!("responded to {address} with ")).context(answered.to_owned())?;
        let is_hex = |char: char| matches!(char, '0'..='9' | 'a'..='f');
        assert!(answer.len() == 32 && answer.chars().all(is_hex), "{answered}");
        assert_eq!(verdict_not_sent, "the server does not send its verdict: see the server's terminal");

        let verdict = gate.line("it holds the key")?;
        let peer = verdict.strip_suffix(": accepted, it holds the key").context(verdict.clone())?;
        assert!(peer.starts_with("127.0.0.1:") && peer != address, "{verdict}");
        let ended = gate.stop()?;
        let last = "gate-server served 1: 1 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 0";
        assert_eq!(ended.out().last(), Some(&last), "{server:?}, {client:?}");
    }
    Ok(())
}
