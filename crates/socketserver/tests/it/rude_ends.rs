//! However a connection ends, it ends alone.

use crate::common;

use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use anyhow::Result;
use common::{LONG, Running, crowd, echo_line, limits, until_closed};
use socket2::SockRef;
use socketserver::OverflowPolicy;

#[test]
fn a_half_closed_client_still_gets_its_answer() -> Result<()> {
    let server = Running::sequential(limits(LONG), echo_line)?;
    let mut client = server.connect()?;
    client.write_all(b"last words\n")?;
    client.shutdown(Shutdown::Write)?;
    assert_eq!(until_closed(client).0, b"last words\n");
    assert_eq!(server.stop()?.completed, 1);
    Ok(())
}

#[test]
fn a_client_that_leaves_in_the_middle_fails_alone() -> Result<()> {
    fails_alone(drop)
}

#[test]
fn a_reset_in_the_middle_fails_alone() -> Result<()> {
    // To close without lingering is to reset.
    fails_alone(|client| SockRef::from(&client).set_linger(Some(Duration::ZERO)).unwrap())
}

/// A client ends its connection in the middle of a line; the next is served.
fn fails_alone(end: fn(TcpStream)) -> Result<()> {
    let server = Running::sequential(limits(LONG), echo_line)?;
    let mut client = server.connect()?;
    client.write_all(b"half a li")?;
    end(client);
    assert_eq!(server.ask("next")?, "next\n");
    let served = server.stop()?;
    assert_eq!((served.completed, served.failed), (1, 1));
    Ok(())
}

#[test]
fn a_handler_that_panics_costs_its_own_connection() -> Result<()> {
    let server = Running::threading(limits(LONG), crowd(8, OverflowPolicy::Wait), echo_line)?;
    let mut other = server.connect()?;
    for _ in 0..20 {
        assert_eq!(server.ask("panic")?, "");
    }
    other.write_all(b"still here\n")?;
    assert_eq!(until_closed(other).0, b"still here\n");
    let served = server.stop()?;
    assert_eq!((served.completed, served.failed), (1, 20));
    Ok(())
}

#[test]
fn a_sequential_server_outlives_a_panic_too() -> Result<()> {
    let server = Running::sequential(limits(LONG), echo_line)?;
    assert_eq!(server.ask("panic")?, "");
    assert_eq!(server.ask("next")?, "next\n");
    assert_eq!(server.stop()?.failed, 1);
    Ok(())
}
