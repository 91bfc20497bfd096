//! A connection has a deadline for all that it does, which no client can stretch.

use crate::common;

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use anyhow::Result;
use common::{LONG, Running, crowd, drip, echo_line, limits, until_closed};
use socketserver::{Connection, OverflowPolicy};

const DEADLINE: Duration = Duration::from_millis(600);

#[test]
fn a_request_that_comes_before_the_deadline_is_answered() -> Result<()> {
    let server = Running::sequential(limits(DEADLINE), echo_line)?;
    let mut client = server.connect()?;
    // Not a wait for something to happen: the request is to come late.
    std::thread::sleep(DEADLINE / 2);
    client.write_all(b"late\n")?;
    assert_eq!(until_closed(client).0, b"late\n");
    let served = server.stop()?;
    assert_eq!((served.completed, served.timed_out), (1, 0));
    Ok(())
}

#[test]
fn a_client_that_says_nothing_is_cut_at_the_deadline() -> Result<()> {
    let server = Running::sequential(limits(DEADLINE), echo_line)?;
    let (received, after) = until_closed(server.connect()?);
    assert_eq!(received, b"");
    assert!(DEADLINE - Duration::from_millis(50) < after && after < DEADLINE * 3, "{after:?}");
    let served = server.stop()?;
    assert_eq!((served.completed, served.timed_out), (0, 1));
    Ok(())
}

#[test]
fn one_that_comes_while_a_session_goes_on_has_its_own() -> Result<()> {
    let session = |mut client: &Connection| {
        client.read_exact(&mut [0])?;
        client.set_idle_timeout(LONG)?;
        echo_line(client)
    };
    let server = Running::threading(limits(DEADLINE), crowd(8, OverflowPolicy::Wait), session)?;
    let mut guest = server.connect()?;
    guest.write_all(b".")?;
    // The session goes on past the first deadline, with none to look after but its own, a long time away.
    guest.set_read_timeout(Some(DEADLINE * 2))?;
    let error = guest.read(&mut [0]).map_err(|error| error.kind());
    assert_eq!(error, Err(std::io::ErrorKind::WouldBlock));
    let (_, after) = until_closed(server.connect()?);
    assert!(after < DEADLINE * 3, "{after:?}");
    guest.write_all(b"hello\n")?;
    assert_eq!(until_closed(guest).0, b"hello\n");
    let served = server.stop()?;
    assert_eq!((served.completed, served.timed_out), (1, 1));
    Ok(())
}

#[test]
fn bytes_now_and_then_do_not_stretch_it() -> Result<()> {
    let server = Running::sequential(limits(DEADLINE), echo_line)?;
    let after = drip(server.connect()?, DEADLINE / 20);
    assert!(after < DEADLINE * 3, "{after:?}");
    assert_eq!(server.stop()?.timed_out, 1);
    Ok(())
}

#[test]
fn a_client_that_reads_nothing_is_cut_too() -> Result<()> {
    let flood = |mut client: &Connection| Ok(client.write_all(&vec![b'x'; 64 << 20])?);
    let server = Running::sequential(limits(DEADLINE), flood)?;
    let idle = server.connect()?;
    // The next client is served once the first has been cut; it reads, and gets all.
    let mut client = server.connect()?;
    let mut byte = [0];
    client.read_exact(&mut byte)?;
    drop(idle);
    drop(client);
    assert_eq!(server.stop()?.timed_out, 1);
    Ok(())
}

#[test]
fn it_holds_after_a_time_without_clients_too() -> Result<()> {
    let server = Running::sequential(limits(DEADLINE), echo_line)?;
    assert_eq!(server.ask("hello")?, "hello\n");
    // Not a wait for something to happen: nothing is to happen, until the keeper of the deadlines has found nobody.
    std::thread::sleep(DEADLINE * 2);
    let (_, after) = until_closed(server.connect()?);
    assert!(after < DEADLINE * 3, "{after:?}");
    assert_eq!(server.stop()?.timed_out, 1);
    Ok(())
}

#[test]
fn a_long_session_beside_it_does_not_put_it_off() -> Result<()> {
    let session_or_line = |mut client: &Connection| {
        let mut first = [0];
        client.read_exact(&mut first)?;
        client.set_idle_timeout(LONG)?;
        client.write_all(&first)?;
        Ok(client.read_exact(&mut first)?)
    };
    let server = Running::threading(limits(DEADLINE), crowd(8, OverflowPolicy::Wait), session_or_line)?;
    // Cut ones first, then a session: the keeper of the deadlines must not sleep for as long as that may last.
    until_closed(server.connect()?);
    let mut session = server.connect()?;
    session.write_all(b"x")?;
    session.read_exact(&mut [0])?;
    let (_, after) = until_closed(server.connect()?);
    assert!(after < DEADLINE * 3, "{after:?}");
    session.write_all(b"x")?;
    assert_eq!(until_closed(session).0, b"");
    let served = server.stop()?;
    assert_eq!((served.completed, served.timed_out), (1, 2));
    Ok(())
}

#[test]
fn each_message_renews_the_deadline_of_a_session() -> Result<()> {
    // Shorter than the first deadline: the server must not look too late for the one that it knew before.
    const IDLE: Duration = Duration::from_millis(400);
    let session = |mut client: &Connection| {
        client.set_idle_timeout(IDLE)?;
        let mut byte = [0];
        while client.read(&mut byte)? == 1 {
            client.write_all(&byte)?;
        }
        Ok(())
    };
    let server = Running::threading(limits(LONG), crowd(2, OverflowPolicy::Wait), session)?;
    let mut client = server.connect()?;
    let start = Instant::now();
    while start.elapsed() < IDLE * 3 {
        client.write_all(b"x")?;
        client.read_exact(&mut [0])?;
        std::thread::sleep(IDLE / 4);
    }
    let (_, after) = until_closed(client);
    assert!(after < IDLE * 3, "{after:?}");
    assert_eq!(server.stop()?.timed_out, 1);
    Ok(())
}
