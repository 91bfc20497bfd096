//! Whatever ends a connection, it ends that connection only.

use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use anyhow::Result;
use socket2::SockRef;
use socketserver::OverflowPolicy;

use crate::server::{LONG, Running, deadline, echo_line, limits, read_until_closed};

#[test]
fn a_client_that_has_shut_down_its_write_half_gets_the_reply() -> Result<()> {
    let server = Running::sequential(deadline(LONG), echo_line)?;
    let mut client = server.connect()?;
    client.write_all(b"hello\n")?;
    client.shutdown(Shutdown::Write)?;
    assert_eq!(read_until_closed(client).0, b"hello\n");
    assert_eq!(server.stop()?.completed, 1);
    Ok(())
}

#[test]
fn a_client_that_closes_or_resets_in_the_middle_fails_alone() -> Result<()> {
    let close: fn(TcpStream) = drop;
    // To close without lingering is to reset.
    let reset = |client| SockRef::from(&client).set_linger(Some(Duration::ZERO)).unwrap();
    for end in [close, reset] {
        let server = Running::sequential(deadline(LONG), echo_line)?;
        let mut client = server.connect()?;
        client.write_all(b"half a li")?;
        end(client);
        assert_eq!(server.request("next")?, "next\n");
        let stats = server.stop()?;
        assert_eq!((stats.completed, stats.failed), (1, 1));
    }
    Ok(())
}

#[test]
fn a_handler_that_panics_fails_alone() -> Result<()> {
    let server = Running::threaded(deadline(LONG), limits(2, OverflowPolicy::Wait), echo_line)?;
    let mut other = server.connect()?;
    for _ in 0..20 {
        assert_eq!(server.request("panic")?, "");
    }
    assert_eq!(server.request("next")?, "next\n");
    other.write_all(b"still here\n")?;
    assert_eq!(read_until_closed(other).0, b"still here\n");
    let stats = server.stop()?;
    assert_eq!((stats.completed, stats.failed), (2, 20));
    Ok(())
}
