//! Ctrl-C and SIGTERM end every server within a second, even with clients connected, and then its port is free again.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Result;
use programs::{Language, Server, Signal, command};

use crate::common::{SERVERS, at_once, connect, served};

#[test]
fn every_server_ends_after_a_signal() -> Result<()> {
    at_once(SERVERS, |name| {
        for (language, signal) in Language::ALL.into_iter().flat_map(|l| [(l, Signal::INT), (l, Signal::TERM)]) {
            let server = Server::start(name, language, &[])?;
            let address = server.address;
            let clients = (served(name, address)?, connect(address)?);
            let start = Instant::now();
            server.process.signal(signal)?;
            let ended = server.process.wait()?;
            // The interpreter itself needs some time to end.
            let limit = Duration::from_secs(if language == Language::Rust { 1 } else { 2 });
            assert!(start.elapsed() < limit, "{name} {language:?}: {:?}", start.elapsed());
            assert!(ended.status.success(), "{name} {language:?}: {ended:?}");
            let last = ended.out().last().copied().unwrap_or_default().to_owned();
            assert!(last.starts_with(&format!("{name} served ")), "{name} {language:?}: {last}");

            // Even while connections of the old server are half open, a new one can use its port.
            let again = Server::from_command(command(name, language)?.args(["--listen", &address.to_string()]))?;
            assert_eq!(again.address, address);
            drop(clients);
            again.stop()?;
        }
        Ok(())
    })
}

/// A shell starts the background commands of a script like this.
#[test]
fn a_server_that_is_started_with_sigint_ignored_leaves_it_ignored() -> Result<()> {
    at_once(Language::ALL, |language| {
        let server = command("line-server", language)?;
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' INT; exec \"$@\"", "sh"]).arg(server.get_program()).args(server.get_args());
        let server = Server::from_command(shell.args(["--listen", "127.0.0.1:0"]))?;
        server.process.signal(Signal::INT)?;
        drop(served("line-server", server.address)?);
        server.stop()?;
        Ok(())
    })
}
