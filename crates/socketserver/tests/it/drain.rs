//! After its reads have ended, a handler can still tell its client why, but not for long; and a lingering close lets the
//! client read it.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use socketserver::Connection;

use crate::server::{LONG, Running, deadline, read_until_closed};

const DEADLINE: Duration = Duration::from_millis(400);

/// Reads until that fails, and sends the error to the client.
fn send_error(mut client: &Connection) -> Result<()> {
    let error = client.read_to_end(&mut Vec::new()).map_or_else(|error| error.to_string(), |_| "no error".to_owned());
    client.write_all(error.as_bytes())?;
    client.lingering_close();
    bail!(error)
}

#[test]
fn a_client_can_be_told_about_the_deadline() -> Result<()> {
    let server = Running::sequential(deadline(DEADLINE), send_error)?;
    let (received, time) = read_until_closed(server.connect()?);
    assert_eq!(received, b"the deadline passed");
    assert!(time < DEADLINE * 3, "{time:?}");
    assert_eq!(server.stop()?.timed_out, 1);
    Ok(())
}

#[test]
fn a_client_can_be_told_about_the_shutdown() -> Result<()> {
    let (sender, serving) = channel();
    let handler = move |client: &Connection| {
        sender.send(())?;
        send_error(client)
    };
    let server = Running::sequential(deadline(LONG), handler)?;
    let client = server.connect()?;
    serving.recv_timeout(LONG)?;
    assert_eq!(server.stop()?.closed_at_shutdown, 1);
    assert_eq!(read_until_closed(client).0, b"the server is shutting down");
    Ok(())
}

#[test]
fn nothing_gives_a_handler_more_time_once_its_reads_have_ended() -> Result<()> {
    let (sender, reads) = channel();
    let stubborn = move |mut client: &Connection| {
        client.set_idle_timeout(DEADLINE)?;
        let mut byte = [0];
        while client.read(&mut byte).is_ok() {}
        let start = Instant::now();
        client.set_deadline(LONG);
        client.set_idle_timeout(LONG)?;
        while client.write_all(&[0; 1024]).is_ok() {
            sender.send(client.read(&mut byte).is_ok())?;
        }
        ensure!(start.elapsed() < DEADLINE * 3, "{:?}", start.elapsed());
        Ok(())
    };
    let server = Running::sequential(deadline(LONG), stubborn)?;
    let mut client = server.connect()?;
    let mut received = vec![0; 1 << 20];
    // The client sends only after the idle timeout. Its reads and writes fail when the server has closed the connection.
    while client.read(&mut received).is_ok_and(|count| count > 0) && client.write_all(b"more").is_ok() {}
    assert!(reads.try_iter().all(|read| !read), "the handler read something after the idle timeout");
    assert_eq!(server.stop()?.completed, 1);
    Ok(())
}

#[test]
fn the_final_message_arrives_although_the_client_sends_more() -> Result<()> {
    let refuse = |mut client: &Connection| {
        client.read_exact(&mut [0; 10])?;
        client.write_all(b"enough")?;
        client.lingering_close();
        Ok(())
    };
    let server = Running::sequential(deadline(LONG), refuse)?;
    let mut client = server.connect()?;
    client.write_all(&vec![b'x'; 256 * 1024])?;
    client.shutdown(Shutdown::Write)?;
    let mut received = Vec::new();
    client.read_to_end(&mut received)?;
    assert_eq!(received, b"enough");
    assert_eq!(server.stop()?.completed, 1);
    Ok(())
}

#[test]
fn a_lingering_close_ends_although_the_client_does_not() -> Result<()> {
    const MAX_SENT: usize = 16 << 20;
    let (sender, times) = channel();
    let close = move |client: &Connection| {
        let start = Instant::now();
        client.lingering_close();
        sender.send(start.elapsed())?;
        Ok(())
    };
    let server = Running::sequential(deadline(LONG), close)?;
    let mut client = server.connect()?;
    let mut sent = 0;
    while sent < MAX_SENT && client.write_all(&[b'x'; 1 << 16]).is_ok() {
        sent += 1 << 16;
    }
    assert!(sent < MAX_SENT, "the server discarded everything");
    let _silent = server.connect()?;
    let (flooded, waited) = (times.recv_timeout(LONG)?, times.recv_timeout(LONG)?);
    assert!(flooded < DEADLINE * 5, "{flooded:?}");
    assert!(Duration::from_millis(240) < waited && waited < DEADLINE * 5, "{waited:?}");
    assert_eq!(server.stop()?.completed, 2);
    Ok(())
}
