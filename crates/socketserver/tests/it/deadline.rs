//! A connection has one deadline for its whole handshake, then an idle timeout. No client can extend them.

use std::io::{ErrorKind, Read, Write};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use socketserver::{Connection, OverflowPolicy};

use crate::server::{LONG, Running, deadline, drip, echo_line, limits, read_until_closed};

const DEADLINE: Duration = Duration::from_millis(600);

#[test]
fn a_request_before_the_deadline_is_served() -> Result<()> {
    let server = Running::sequential(deadline(DEADLINE), echo_line)?;
    let mut client = server.connect()?;
    // Not a wait for an event: the request has to be late.
    thread::sleep(DEADLINE / 2);
    client.write_all(b"late\n")?;
    assert_eq!(read_until_closed(client).0, b"late\n");
    let stats = server.stop()?;
    assert_eq!((stats.completed, stats.timed_out), (1, 0));
    Ok(())
}

#[test]
fn a_silent_client_is_closed_at_the_deadline() -> Result<()> {
    let server = Running::sequential(deadline(DEADLINE), echo_line)?;
    let (received, time) = read_until_closed(server.connect()?);
    assert_eq!(received, b"");
    assert!(DEADLINE - Duration::from_millis(50) < time && time < DEADLINE * 3, "{time:?}");
    let stats = server.stop()?;
    assert_eq!((stats.completed, stats.timed_out), (0, 1));
    Ok(())
}

#[test]
fn single_bytes_do_not_extend_the_deadline() -> Result<()> {
    let after_a_session = |mut client: &Connection| {
        client.set_idle_timeout(LONG)?;
        client.set_deadline(DEADLINE);
        client.read_to_end(&mut Vec::new())?;
        Ok(())
    };
    for server in [
        Running::sequential(deadline(DEADLINE), echo_line)?,
        Running::sequential(deadline(LONG), after_a_session)?,
        Running::sequential(deadline(DEADLINE / 20), after_a_session)?,
    ] {
        let time = drip(server.connect()?, DEADLINE / 20);
        assert!(DEADLINE / 2 < time && time < DEADLINE * 3, "{time:?}");
        assert_eq!(server.stop()?.timed_out, 1);
    }
    Ok(())
}

#[test]
fn a_client_that_reads_nothing_is_closed_at_the_deadline() -> Result<()> {
    let flood = |mut client: &Connection| Ok(client.write_all(&vec![b'x'; 64 << 20])?);
    let server = Running::sequential(deadline(DEADLINE), flood)?;
    let idle = server.connect()?;
    // The server serves the next client once it has closed the first.
    server.connect()?.read_exact(&mut [0])?;
    drop(idle);
    // On a busy machine the second client may not be fast enough either.
    assert!(server.stop()?.timed_out >= 1);
    Ok(())
}

#[test]
fn a_session_and_a_handshake_have_their_own_time() -> Result<()> {
    let session = |mut client: &Connection| {
        client.read_exact(&mut [0])?;
        client.set_idle_timeout(LONG)?;
        echo_line(client)
    };
    let server = Running::threaded(deadline(DEADLINE), limits(8, OverflowPolicy::Wait), session)?;
    let mut client = server.connect()?;
    client.write_all(b".")?;
    client.set_read_timeout(Some(DEADLINE * 2))?;
    let error = client.read(&mut [0]).map_err(|error| error.kind());
    assert_eq!(error, Err(ErrorKind::WouldBlock), "the session does not end at the deadline of its handshake");
    let (_, time) = read_until_closed(server.connect()?);
    assert!(time < DEADLINE * 3, "{time:?}");
    client.write_all(b"hello\n")?;
    assert_eq!(read_until_closed(client).0, b"hello\n");
    let stats = server.stop()?;
    assert_eq!((stats.completed, stats.timed_out), (1, 1));
    Ok(())
}

#[test]
fn each_message_renews_the_idle_timeout() -> Result<()> {
    const IDLE: Duration = Duration::from_millis(400);
    let session = |mut client: &Connection| {
        client.set_idle_timeout(IDLE)?;
        let mut byte = [0];
        while client.read(&mut byte)? == 1 {
            client.write_all(&byte)?;
        }
        Ok(())
    };
    let server = Running::sequential(deadline(LONG), session)?;
    let mut client = server.connect()?;
    let start = Instant::now();
    while start.elapsed() < IDLE * 3 {
        client.write_all(b"x")?;
        client.read_exact(&mut [0])?;
        thread::sleep(IDLE / 4);
    }
    let (_, time) = read_until_closed(client);
    assert!(time < IDLE * 3, "{time:?}");
    assert_eq!(server.stop()?.timed_out, 1);
    Ok(())
}
