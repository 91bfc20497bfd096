//! Our programs and the standard library of the local Python: they authenticate, exchange messages and close. With a Python
//! before 3.12, ours refuse the old form instead.

use std::fs;
use std::process::Command;

use anyhow::Result;
use programs::{Language, Process, Server, WAIT, folder, root};

use crate::standard_library::{KEYS, client, is_current, listener, not_run};
use crate::{listener as our_listener, with_key};

#[test]
fn a_client_of_the_standard_library_talks_to_our_listener() -> Result<()> {
    if !is_current()? {
        return not_run("a_client_of_the_standard_library_talks_to_our_listener");
    }
    for language in Language::ALL {
        let mut ours = our_listener(language)?;
        let address = ours.address.to_string();
        for key in KEYS {
            let ended = Process::start(&mut client(key, 1, &address)?, b"")?.wait()?;
            if key == KEYS[0] {
                assert_eq!(ended.out(), ["accepted"], "{language:?}: {ended:?}");
                ours.line(": accepted, it holds the key")?;
                ours.line(": disconnected")?;
                let ended = Process::start(&mut client_of_the_page(ours.address.port())?, b"")?.wait()?;
                assert_eq!(ended.out(), ["b'hello'"], "{language:?}: {ended:?}");
            } else {
                assert_eq!(ended.out(), ["AuthenticationError digest sent was rejected"], "{language:?}: {ended:?}");
                ours.line(": refused: the response is wrong: the peer does not hold the key")?;
            }
        }
        ours.stop()?;
    }
    Ok(())
}

/// Returns a command for the client that the page shows.
fn client_of_the_page(port: u16) -> Result<Command> {
    let key_file = format!("{}/the.key", env!("CARGO_TARGET_TMPDIR"));
    fs::write(&key_file, format!("{}\n", KEYS[0]))?;
    let mut command = programs::python();
    command.arg(root().join(folder("mp-listener")?).join("standard_client.py")).args([key_file, port.to_string()]);
    Ok(command)
}

#[test]
fn our_client_talks_to_a_listener_of_the_standard_library() -> Result<()> {
    if !is_current()? {
        return not_run("our_client_talks_to_a_listener_of_the_standard_library");
    }
    for language in Language::ALL {
        let mut theirs = Server::from_command(&mut listener(KEYS[0], 2))?;
        let address = theirs.address.to_string();
        let mut command = with_key("mp-client", language)?;
        let ended = Process::start(command.args(["--connect", &address]), "hello\n芝麻\n".as_bytes())?.wait()?;
        assert_eq!(ended.out(), [&*format!("{address} holds the key"), "hello", "芝麻"], "{language:?}: {ended:?}");
        assert!(ended.status.success(), "{ended:?}");
        theirs.line("accepted")?;
        // Our client closed the connection.
        theirs.line("EOFError")?;

        let mut command = with_key("mp-client", language)?;
        command.args(["--connect", &address]).env("OPEN_SESAME_KEY", KEYS[1]);
        let ended = Process::start(&mut command, b"hello\n")?.wait()?;
        let why = "the peer rejected our response; do both sides use the same key?";
        assert_eq!(ended.err(), [format!("mp-client: {address}: {why}")], "{language:?}");
        theirs.line("AuthenticationError")?;
    }
    Ok(())
}

#[test]
fn the_old_form_is_refused() -> Result<()> {
    if is_current()? {
        // Its forms are in the table, which needs no old Python.
        return Ok(());
    }
    for language in Language::ALL {
        let mut ours = our_listener(language)?;
        let ended = Process::start(&mut client(KEYS[0], 1, &ours.address.to_string())?, b"")?.wait()?;
        assert_eq!(ended.out(), ["AuthenticationError digest sent was rejected"], "{language:?}: {ended:?}");
        ours.line(": refused: the response is in the old form, for HMAC-MD5 (Python before 3.12)")?;
        ours.stop()?;

        let mut theirs = Server::from_command(&mut listener(KEYS[0], 1))?;
        let address = theirs.address.to_string();
        let mut command = with_key("mp-client", language)?;
        let ended = Process::start(command.args(["--connect", &address]), b"hello\n")?.wait()?;
        let why = "refused: the challenge is in the old form, for HMAC-MD5 (Python before 3.12)";
        assert_eq!(ended.err(), [format!("mp-client: {address}: {why}")], "{language:?}");
        assert_eq!(theirs.process.lines.find("Error", WAIT)?.text, "AuthenticationError digest received was wrong");
    }
    Ok(())
}
