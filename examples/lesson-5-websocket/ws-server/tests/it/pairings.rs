//! All four pairings of Rust and Python work, at both ports.

use std::fs;

use anyhow::{Context, Result, ensure};
use programs::{Language, run};

use crate::common::WsServer;
use crate::tokens::mint;

const TYPED: &str = "hello\n\n  open sesame, 芝麻开门  \nquit\nnot sent\n";
const REPLIES: [&str; 2] = ["Server received: hello", "Server received: open sesame, 芝麻开门"];

#[test]
fn the_first_port_serves_anyone() -> Result<()> {
    for pairing in Language::PAIRINGS {
        let mut server = WsServer::start(pairing.0, &[])?;
        let ended = run("ws-client", pairing.1, &["--connect", &format!("ws://{}", server.echo)], TYPED.as_bytes())?;
        ensure!(ended.status.success() && ended.out() == REPLIES && ended.err().is_empty(), "{pairing:?}: {ended:?}");
        server.line(": connected")?;
        server.line(": disconnected")?;
        let stopped = server.stop_when_idle()?;
        ensure!(stopped.log.is_empty(), "{pairing:?}: {:?}", stopped.log);
        ensure!(stopped.served("echo")?.starts_with("1: 1 completed"), "{pairing:?}: {:?}", stopped.out);
    }
    Ok(())
}

#[test]
fn the_second_port_serves_clients_with_a_token() -> Result<()> {
    let token = mint("someone@example.com", "secret_key", -60.0, 600.0)?;
    let file = std::env::temp_dir().join(format!("ws-server-token-{}", std::process::id()));
    fs::write(&file, format!("{token}\n"))?;
    let path = file.to_str().context("not UTF-8")?;
    for pairing in Language::PAIRINGS {
        let mut server = WsServer::start(pairing.0, &[])?;
        let url = format!("ws://{}", server.token);
        // From a file, from the first line of standard input, and typed like a message.
        for (options, typed) in [
            (&["--token", path][..], TYPED.to_owned()),
            (&["--token", "-"], format!("{token}\n{TYPED}")),
            (&[], format!("{token}\n{TYPED}")),
        ] {
            let ended = run("ws-client", pairing.1, &[&["--connect", &url], options].concat(), typed.as_bytes())?;
            let replies = [&["Authenticated!"][..], &REPLIES].concat();
            ensure!(ended.status.success() && ended.out() == replies, "{pairing:?}: {ended:?}");
            server.line(": authenticated as someone@example.com")?;
            server.line(": disconnected")?;
        }
        ensure!(server.stop_when_idle()?.log.is_empty(), "{pairing:?}");
    }
    Ok(fs::remove_file(file)?)
}
