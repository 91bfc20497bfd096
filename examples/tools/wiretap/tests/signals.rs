//! Ctrl-C and SIGTERM end it, whatever is open: a last line, status 0, and both sides see a close.

mod shared;

use std::io::{Read, Write};
use std::net::TcpListener;

use anyhow::Result;
use programs::Signal;
use shared::{connect, last, tap};

#[test]
fn a_signal_ends_it_with_a_last_line() -> Result<()> {
    for signal in [Signal::INT, Signal::TERM] {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let tap = tap(listener.local_addr()?, &[])?;
        let (mut client, mut server) = connect(&tap, &listener)?;
        client.write_all(b"hello")?;
        server.read_exact(&mut [0; 5])?;

        tap.process.signal(signal)?;
        let ended = tap.process.wait()?;
        assert_eq!(ended.status.code(), Some(0), "{signal:?}: {:?}", ended.lines);
        assert_eq!(last(&ended.out())?, "wiretap forwarded 1 connection: 5 bytes to the server, 0 bytes to the client");
        assert_eq!(ended.err(), [""; 0]);
        assert_eq!(client.read(&mut [0])?, 0);
        assert_eq!(server.read(&mut [0])?, 0);
    }
    Ok(())
}
