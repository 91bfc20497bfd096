//! Client and server authenticate each other in all four pairings of languages.

use anyhow::Result;
use programs::Language;

use crate::{KEY, client, server};

#[test]
fn both_sides_hold_the_key() -> Result<()> {
    for (server_language, client_language) in Language::PAIRINGS {
        let mut server = server(server_language, &[])?;
        let address = server.address.to_string();
        let ended = client(client_language, &address, KEY, &[])?.wait()?;
        assert!(ended.status.success(), "{ended:?}");
        let [holds, echo] = ended.out()[..] else { panic!("{ended:?}") };
        assert_eq!(holds, format!("{address} holds the key, and nobody is in between"));
        assert!(echo.starts_with('[') && echo.ends_with("] hello"), "{echo}");
        server.line(": accepted, it holds the key")?;
        server.line(": disconnected")?;
        server.stop()?;
    }
    Ok(())
}

#[test]
fn a_client_with_another_key_is_rejected_and_says_so() -> Result<()> {
    for (server_language, client_language) in Language::PAIRINGS {
        let mut server = server(server_language, &[])?;
        let address = server.address.to_string();
        let ended = client(client_language, &address, "another key, which is as long as it must be", &[])?.wait()?;
        let why = "is not authenticated, and somebody may be in between: the server rejected our proof and closed the \
                   connection; do both sides use the same key?";
        assert_eq!(ended.err(), [format!("tls-client: {address} {why}")]);
        assert_eq!((ended.status.code(), ended.out().len()), (Some(1), 0), "{ended:?}");
        server.line(": rejected, it does not hold the key, or somebody is in between")?;
        // A wrong proof is a verdict, not a failure.
        assert!(server.stop()?.out().last().is_some_and(|line| line.contains(" 1 completed, 0 timed out, 0 failed")));
    }
    Ok(())
}
