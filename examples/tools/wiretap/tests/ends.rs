//! How one side ends is how the other side sees it end, and is told: a half-close, a reset.

mod shared;

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener};

use anyhow::Result;
use shared::{connect, reset, tap, told};

#[test]
fn who_has_said_all_is_still_answered() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut tap = tap(listener.local_addr()?, &[])?;
    let (mut client, mut server) = connect(&tap, &listener)?;
    let mut received = String::new();

    client.write_all(b"all that I say")?;
    client.shutdown(Shutdown::Write)?;
    server.read_to_string(&mut received)?;
    assert_eq!(received, "all that I say");
    tap.line("client → server  end: no more bytes this way")?;

    server.write_all(b"an answer")?;
    drop(server);
    received.clear();
    client.read_to_string(&mut received)?;
    assert_eq!(received, "an answer");

    tap.line("closed")?;
    let ended = tap.stop()?;
    assert_eq!(
        told(&ended.out(), 1)?,
        [
            "client → server  14 bytes",
            "client → server  end: no more bytes this way",
            "server → client  9 bytes",
            "server → client  end: no more bytes this way",
            "closed"
        ]
    );
    Ok(())
}

#[test]
fn a_reset_of_either_side_reaches_the_other() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut tap = tap(listener.local_addr()?, &[])?;

    let (client, mut server) = connect(&tap, &listener)?;
    reset(client)?;
    assert_eq!(server.read(&mut [0]).map_err(|error| error.kind()), Err(ErrorKind::ConnectionReset));
    tap.line("closed")?;

    let (mut client, server) = connect(&tap, &listener)?;
    reset(server)?;
    assert_eq!(client.read(&mut [0]).map_err(|error| error.kind()), Err(ErrorKind::ConnectionReset));
    tap.line("closed")?;

    let ended = tap.stop()?;
    assert_eq!(told(&ended.out(), 1)?, ["client → server  reset", "closed"]);
    assert_eq!(told(&ended.out(), 2)?, ["server → client  reset", "closed"]);
    Ok(())
}
