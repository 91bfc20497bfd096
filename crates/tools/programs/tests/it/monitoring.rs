//! After SIGUSR1, a server prints its status in the words of its last line, and continues. (That it also does so once a
//! minute is tested in crates/socketserver.)

use std::io::{Read, Write};
use std::time::Instant;

use anyhow::{Result, ensure};
use programs::{Language, Server, Signal, Stream, WAIT};

use crate::common::{SERVERS, at_once, both, connect, connect_from, is_refused, last_line, served};

#[test]
fn every_server_prints_its_status() -> Result<()> {
    at_once(both(&SERVERS), |(name, language)| {
        let mut server = Server::start(name, language, &["--deadline", "60s", "--allow", "127.0.0.1"])?;
        let none = "0 open; served 0: 0 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 0";
        assert_eq!(status(&mut server)?, none);
        drop(served(name, server.address)?);
        is_refused("127.0.0.2", server.address)?;
        let silent = connect(server.address)?;
        let counts = "1 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 1 (1 not in --allow)";
        wait_for_status(&mut server, &format!("1 open; served 1: {counts}"))?;
        let counts = "1 completed, 0 timed out, 0 failed, 1 closed at shutdown; refused 1 (1 not in --allow)";
        let ended = server.stop()?;
        assert_eq!(ended.out().last(), Some(&&*format!("{name} served 2: {counts}")), "{language:?}");
        drop(silent);
        Ok(())
    })
}

#[test]
fn the_status_says_why_clients_were_refused() -> Result<()> {
    let limits = ["--deadline", "60s", "--max-connections", "2", "--max-per-address", "1", "--when-full", "close"];
    let options = [&limits[..], &["--allow", "127.0.0.1", "--allow", "127.0.0.2"]].concat();
    at_once(Language::ALL, |language| {
        let mut server = Server::start("threaded-server", language, &options)?;
        let served = "served 0: 0 completed, 0 timed out, 0 failed, 0 closed at shutdown";
        let first = connect_from("127.0.0.1", server.address)?;
        wait_for_status(&mut server, &format!("1 open; {served}; refused 0"))?;
        is_refused("127.0.0.1", server.address)?;
        is_refused("127.0.0.3", server.address)?;
        let refused = "refused 2 (1 over --max-per-address, 1 not in --allow)";
        wait_for_status(&mut server, &format!("1 open; {served}; {refused}"))?;
        let second = connect_from("127.0.0.2", server.address)?;
        wait_for_status(&mut server, &format!("2 open; {served}; {refused}"))?;
        is_refused("127.0.0.2", server.address)?;
        let refused = "refused 3 (1 over --max-connections, 1 over --max-per-address, 1 not in --allow)";
        wait_for_status(&mut server, &format!("2 open; {served}; {refused}"))?;
        drop((first, second));
        assert!(server.stop()?.out().last().is_some_and(|last| last.ends_with(refused)), "{language:?}");
        Ok(())
    })
}

#[test]
fn a_request_for_the_status_does_not_shorten_the_grace_period() -> Result<()> {
    at_once(Language::ALL, |language| {
        let mut server = Server::start("line-server", language, &["--deadline", "60s", "--grace", "60s"])?;
        let mut client = connect(server.address)?;
        server.line(": connected")?;
        server.process.signal(Signal::INT)?;
        assert!(status(&mut server)?.starts_with("1 open; served 0: "));
        client.write_all(b"late\n")?;
        let mut reply = String::new();
        client.read_to_string(&mut reply)?;
        assert!(reply.ends_with("] late\n"), "{language:?}: {reply}");
        let ended = server.process.wait()?;
        assert_eq!(ended.out().last(), Some(&&*last_line("line-server", 1)), "{language:?}");
        Ok(())
    })
}

/// Returns the line that the server prints after SIGUSR1.
fn status(server: &mut Server) -> Result<String> {
    server.process.signal(Signal::USR1)?;
    let line = server.process.lines.find(" open; ", WAIT)?;
    ensure!(line.stream == Stream::Err, "on standard output: {line:?}");
    Ok(line.text)
}

/// Asks for the status until it is this one: the server may still be about to count what a client did.
fn wait_for_status(server: &mut Server, expected: &str) -> Result<()> {
    let start = Instant::now();
    loop {
        let status = status(server)?;
        if status == expected {
            return Ok(());
        }
        ensure!(start.elapsed() < WAIT / 6, "not {expected:?}, but {status:?}");
    }
}
