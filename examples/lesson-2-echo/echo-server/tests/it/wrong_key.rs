//! A client that does not hold the key says that it was refused, in all pairings of languages.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use programs::{Language, Server, run};

#[test]
fn who_does_not_hold_the_key_is_refused_and_says_so() -> Result<()> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("another_key");
    fs::write(&path, "芝麻关门\n")?;
    for (server, client) in Language::PAIRINGS {
        let mut echo = Server::start("echo-server", server, &[])?;
        let address = echo.address.to_string();
        let options = ["--connect", &address, "--key-file", path.to_str().context("a path")?];
        let ended = run("echo-client", client, &options, b"hello\n")?;
        assert_eq!(ended.status.code(), Some(1), "{server:?}, {client:?}: {ended:?}");
        let refused = format!(
            "echo-client: {address} rejected our response and closed the connection; do both sides use the same key?"
        );
        assert_eq!(ended.err(), [refused], "{server:?}, {client:?}");
        assert!(ended.out().is_empty(), "{ended:?}");
        echo.line(": rejected, it does not hold the key")?;
        let last = "echo-server served 1: 1 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 0";
        assert_eq!(echo.stop()?.out().last(), Some(&last), "{server:?}, {client:?}");
    }
    Ok(())
}
