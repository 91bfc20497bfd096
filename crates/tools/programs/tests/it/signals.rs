//! Ctrl-C and SIGTERM end every server within a second, with clients connected too, and its port is free again.

use crate::common;

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Result;
use common::{SEQUENTIAL, THREADED, both, served};
use programs::{Language, Server, Signal, command};

#[test]
fn every_server_ends_when_told() -> Result<()> {
    for (name, language) in both(&SEQUENTIAL).chain(both(&THREADED)) {
        for signal in [Signal::INT, Signal::TERM] {
            let server = Server::start(name, language, &[])?;
            let address = server.address;
            let good = served(name, address)?;
            let silent = std::net::TcpStream::connect(address)?;
            server.process.signal(signal)?;
            let start = Instant::now();
            let ended = server.process.wait()?;
            // To end the interpreter takes time of its own.
            let most = Duration::from_secs(if language == Language::Rust { 1 } else { 2 });
            assert!(start.elapsed() < most, "{name} {language:?}: {:?}", start.elapsed());
            assert!(ended.status.success(), "{name} {language:?}: {ended:?}");
            let last = ended.out().last().copied().unwrap_or_default().to_owned();
            assert!(last.starts_with(&format!("{name} served ")), "{name} {language:?}: {last}");

            // With connections of the old server still half open, a new one may have its port at once.
            let again = Server::from_command(command(name, language)?.args(["--listen", &address.to_string()]))?;
            assert_eq!(again.address, address);
            drop((good, silent));
            again.stop()?;
        }
    }
    Ok(())
}

/// A shell starts the background commands of a script like that.
#[test]
fn a_server_that_is_started_with_sigint_ignored_leaves_it_ignored() -> Result<()> {
    for language in Language::ALL {
        let server = command("line-server", language)?;
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' INT; exec \"$@\"", "sh"]).arg(server.get_program()).args(server.get_args());
        let server = Server::from_command(shell.args(["--listen", "127.0.0.1:0"]))?;
        server.process.signal(Signal::INT)?;
        drop(served("line-server", server.address)?);
        server.stop()?;
    }
    Ok(())
}
