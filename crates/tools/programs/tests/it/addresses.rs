//! Where a program cannot listen or connect, one line says why and what to do.

use crate::common;

use std::net::TcpListener;

use anyhow::Result;
use common::{CLIENTS, SEQUENTIAL, THREADED, both, failed};
use programs::{Language, Process, Unanswered, command};

const SERVERS: [&str; 4] = [SEQUENTIAL[0], SEQUENTIAL[1], THREADED[0], THREADED[1]];

#[test]
fn the_port_is_in_use() -> Result<()> {
    let other = TcpListener::bind("127.0.0.1:0")?;
    let address = other.local_addr()?.to_string();
    let reason = "the port is in use; stop the program that uses it or choose another port with --listen";
    for (program, language) in both(&SERVERS) {
        let mut command = command(program, language)?;
        command.args(["--listen", &address]).env("OPEN_SESAME_KEY", "a key");
        failed(&mut command, 1, &[&format!("{program}: cannot listen on {address}: {reason}")])?;
    }
    Ok(())
}

#[test]
fn nothing_listens() -> Result<()> {
    let unanswered = Unanswered::new()?;
    let address = unanswered.address()?.to_string();
    let reason = "nothing listens there; start the server first, or set its address with --connect";
    for (program, language) in both(&CLIENTS) {
        let mut command = command(program, language)?;
        command.args(["--connect", &address]).env("OPEN_SESAME_KEY", "a key");
        failed(&mut command, 1, &[&format!("{program}: cannot connect to {address}: {reason}")])?;
    }
    Ok(())
}

#[test]
fn the_name_does_not_resolve() -> Result<()> {
    let reason = "unknown host; check the spelling";
    for (program, language) in both(&CLIENTS) {
        let mut command = command(program, language)?;
        command.args(["--connect", "nowhere.invalid:9527"]).env("OPEN_SESAME_KEY", "a key");
        failed(&mut command, 1, &[&format!("{program}: cannot resolve nowhere.invalid: {reason}")])?;
    }
    Ok(())
}

#[test]
fn what_is_no_address_is_refused_with_the_form_that_is_expected() -> Result<()> {
    let servers = SERVERS.map(|program| (program, "--listen"));
    for (program, option) in servers.into_iter().chain(CLIENTS.map(|program| (program, "--connect"))) {
        for address in ["localhost", "localhost:65536", ":9527", "::1"] {
            let expected = "expected HOST:PORT, such as 127.0.0.1:9527 or localhost:9527";
            let usage = format!("error: invalid value '{address}' for '{option} <HOST:PORT>': {expected}");
            let mut rust = command(program, Language::Rust)?;
            failed(rust.args([option, address]), 2, &[&usage, "", "For more information, try '--help'."])?;

            // The words around it are those of Python's argparse.
            let mut python = command(program, Language::Python)?;
            let ended = Process::start(python.args([option, address]), b"")?.wait()?;
            assert_eq!(ended.status.code(), Some(2));
            assert!(ended.err().last().is_some_and(|line| line.contains(expected)), "{:?}", ended.err());
        }
    }
    Ok(())
}
