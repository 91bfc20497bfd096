//! SIGUSR1 has a server tell how things stand, in the words of its last line, and go on.

use crate::common;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use anyhow::{Result, ensure};
use common::{LONG, SEQUENTIAL, THREADED, connect_from, served};
use programs::{Language, Server, Signal, Stream, python, root};

#[test]
fn every_server_tells_when_asked() -> Result<()> {
    for (name, language) in SEQUENTIAL.into_iter().chain(THREADED).flat_map(|name| Language::ALL.map(|l| (name, l))) {
        let mut server = Server::start(name, language, &["--deadline", "60s", "--allow", "127.0.0.1"])?;
        assert_eq!(
            asked(&mut server)?,
            "0 open; served 0: 0 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 0"
        );
        drop(served(name, server.address)?);
        assert_eq!(connect_from("127.0.0.2", server.address)?.read(&mut [0])?, 0);
        let silent = TcpStream::connect(server.address)?;
        let counts = "1 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 1 (1 not in --allow)";
        until_told(&mut server, &format!("1 open; served 1: {counts}"))?;
        let counts = "1 completed, 0 timed out, 0 failed, 1 closed at shutdown; refused 1 (1 not in --allow)";
        let ended = server.stop()?;
        assert_eq!(ended.out().last(), Some(&&*format!("{name} served 2: {counts}")), "{language:?}");
        drop(silent);
    }
    Ok(())
}

#[test]
fn told_is_why_clients_were_refused() -> Result<()> {
    let limits = ["--deadline", "60s", "--max-connections", "2", "--max-per-address", "1", "--when-full", "close"];
    let allow = ["--allow", "127.0.0.1", "--allow", "127.0.0.2"];
    for language in Language::ALL {
        let mut server = Server::start("threaded-server", language, &[&limits[..], &allow].concat())?;
        let served = "served 0: 0 completed, 0 timed out, 0 failed, 0 closed at shutdown";
        let first = connect_from("127.0.0.1", server.address)?;
        until_told(&mut server, &format!("1 open; {served}; refused 0"))?;
        is_closed(&server, "127.0.0.1")?;
        is_closed(&server, "127.0.0.3")?;
        until_told(&mut server, &format!("1 open; {served}; refused 2 (1 over --max-per-address, 1 not in --allow)"))?;
        let second = connect_from("127.0.0.2", server.address)?;
        let refused = "refused 2 (1 over --max-per-address, 1 not in --allow)";
        until_told(&mut server, &format!("2 open; {served}; {refused}"))?;
        is_closed(&server, "127.0.0.2")?;
        let refused = "refused 3 (1 over --max-connections, 1 over --max-per-address, 1 not in --allow)";
        until_told(&mut server, &format!("2 open; {served}; {refused}"))?;
        drop((first, second));
        assert!(server.stop()?.out().last().is_some_and(|last| last.ends_with(refused)));
    }
    Ok(())
}

#[test]
fn asked_while_it_ends_a_server_still_gives_clients_their_grace() -> Result<()> {
    for language in Language::ALL {
        let mut server = Server::start("line-server", language, &["--deadline", "60s", "--grace", "60s"])?;
        let mut client = TcpStream::connect(server.address)?;
        server.line(": connected")?;
        server.process.signal(Signal::INT)?;
        assert!(asked(&mut server)?.starts_with("1 open; served 0: "));
        client.write_all(b"late\n")?;
        let mut answer = String::new();
        client.read_to_string(&mut answer)?;
        assert!(answer.ends_with("] late\n"), "{language:?}: {answer}");
        let ended = server.process.wait()?;
        let last = "line-server served 1: 1 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 0";
        assert_eq!(ended.out().last(), Some(&last), "{language:?}");
    }
    Ok(())
}

/// Python's alone: that Rust's does is in crates/socketserver/src/register.rs.
#[test]
fn the_twin_tells_unasked_whenever_something_changed() -> Result<()> {
    // Its minute is shortened; all else is as it stands.
    let script = "import runpy, sys; from crates.socketserver.monitor import Monitor; Monitor.PACE = 0.05; \
                  sys.argv = ['main.py', '--listen', '127.0.0.1:0', '--allow', '127.0.0.1']; \
                  runpy.run_path('examples/lesson-3-lines/line-server/main.py', run_name='__main__')";
    let mut server = Server::from_command(python().args(["-c", script]).current_dir(root()))?;
    let counts = "0 timed out, 0 failed, 0 closed at shutdown";
    for count in 1..=3 {
        is_closed(&server, "127.0.0.2")?;
        server.line(&format!("0 open; served {0}: {0} completed, {counts}; refused {count} ", count - 1))?;
        drop(served("line-server", server.address)?);
        server.line(&format!("0 open; served {count}: {count} completed, {counts}; refused {count} "))?;
    }
    let ended = server.stop()?;
    let lines = ended.err().into_iter().filter(|line| line.starts_with("0 open; "));
    assert_eq!(lines.count(), 6, "{ended:?}");
    Ok(())
}

/// What the server says to SIGUSR1.
fn asked(server: &mut Server) -> Result<String> {
    server.process.signal(Signal::USR1)?;
    let line = server.process.lines.find(" open; ", LONG)?;
    ensure!(line.stream == Stream::Err, "on standard output: {line:?}");
    Ok(line.text)
}

/// Asks until the server says this: what a client did takes a moment to be counted.
fn until_told(server: &mut Server, line: &str) -> Result<()> {
    let start = Instant::now();
    loop {
        let told = asked(server)?;
        if told == line {
            return Ok(());
        }
        ensure!(start.elapsed() < LONG / 6, "not {line:?}, but {told:?}");
    }
}

fn is_closed(server: &Server, from: &str) -> Result<()> {
    let count = connect_from(from, server.address)?.read(&mut [0])?;
    ensure!(count == 0, "{from} got something");
    Ok(())
}
