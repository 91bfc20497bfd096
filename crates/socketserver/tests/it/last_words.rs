//! A handler whose connection is cut may still tell its client why, but not for long.

use crate::common;

use std::io::{Read, Write};
use std::net::Shutdown;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use anyhow::Result;
use common::{LONG, Running, crowd, drip, limits, until_closed};
use socketserver::{Connection, OverflowPolicy};

const DEADLINE: Duration = Duration::from_millis(400);

/// Reads until that fails, then says why.
fn says_why(mut client: &Connection) -> Result<()> {
    let why = client.read_to_end(&mut Vec::new()).map_or_else(|error| error.to_string(), |_| "the end".to_owned());
    client.write_all(why.as_bytes())?;
    client.lingering_close();
    anyhow::bail!(why)
}

#[test]
fn the_client_is_told_of_the_deadline() -> Result<()> {
    let server = Running::sequential(limits(DEADLINE), says_why)?;
    let (received, after) = until_closed(server.connect()?);
    assert_eq!(received, b"the deadline passed");
    assert!(after < DEADLINE * 3, "{after:?}");
    assert_eq!(server.stop()?.timed_out, 1);
    Ok(())
}

#[test]
fn the_client_is_told_of_the_end_of_the_server() -> Result<()> {
    let (sender, served) = channel();
    let session = move |client: &Connection| {
        sender.send(())?;
        says_why(client)
    };
    let server = Running::threading(limits(LONG), crowd(2, OverflowPolicy::Wait), session)?;
    let client = server.connect()?;
    served.recv_timeout(LONG)?;
    assert_eq!(server.stop()?.closed_at_shutdown, 1);
    assert_eq!(until_closed(client).0, b"the server is shutting down");
    Ok(())
}

#[test]
fn neither_reads_nor_a_grant_renew_the_deadline_of_one_that_is_cut() -> Result<()> {
    let (sender, reads) = channel();
    let stubborn = move |mut client: &Connection| {
        client.set_idle_timeout(DEADLINE)?;
        let mut byte = [0];
        while client.read(&mut byte).is_ok() {}
        let start = Instant::now();
        client.set_deadline(LONG);
        while client.write_all(&[0; 1024]).is_ok() {
            sender.send(client.read(&mut byte).is_ok())?;
        }
        anyhow::ensure!(start.elapsed() < DEADLINE * 3, "{:?}", start.elapsed());
        Ok(())
    };
    let server = Running::threading(limits(LONG), crowd(2, OverflowPolicy::Wait), stubborn)?;
    let mut client = server.connect()?;
    // The last byte comes long before the cut, those behind it after: the client ends when it is ended.
    let mut received = vec![0; 1 << 20];
    // What it says behind the end is answered with a reset, which is an end too.
    while client.read(&mut received).is_ok_and(|count| count > 0) && client.write_all(b"more").is_ok() {}
    assert!(reads.try_iter().all(|read| !read), "something was read after the cut");
    assert_eq!(server.stop()?.completed, 1);
    Ok(())
}

#[test]
fn a_message_that_is_granted_a_time_cannot_stretch_it() -> Result<()> {
    let drawn_out = |mut client: &Connection| {
        client.set_idle_timeout(LONG)?;
        client.set_deadline(DEADLINE);
        client.read_to_end(&mut Vec::new())?;
        Ok(())
    };
    let server = Running::sequential(limits(LONG), drawn_out)?;
    let after = drip(server.connect()?, DEADLINE / 20);
    assert!(after < DEADLINE * 3, "{after:?}");
    assert_eq!(server.stop()?.timed_out, 1);
    Ok(())
}

#[test]
fn what_was_said_last_arrives_though_the_client_has_more_to_say() -> Result<()> {
    const MUCH: usize = 256 * 1024;
    let refuses = |mut client: &Connection| {
        client.read_exact(&mut [0; 10])?;
        client.write_all(b"enough")?;
        client.lingering_close();
        anyhow::Ok(())
    };
    let server = Running::sequential(limits(LONG), refuses)?;
    let mut client = server.connect()?;
    client.write_all(&vec![b'x'; MUCH])?;
    client.shutdown(Shutdown::Write)?;
    let mut received = Vec::new();
    client.read_to_end(&mut received)?;
    assert_eq!(received, b"enough");
    assert_eq!(server.stop()?.completed, 1);
    Ok(())
}

#[test]
fn a_client_that_goes_on_and_on_does_not_hold_the_one_who_hangs_up() -> Result<()> {
    const MOST: usize = 16 << 20;
    let (sender, times) = channel();
    let hangs_up = move |client: &Connection| {
        let start = Instant::now();
        client.lingering_close();
        sender.send(start.elapsed())?;
        anyhow::Ok(())
    };
    let server = Running::sequential(limits(LONG), hangs_up)?;
    let mut client = server.connect()?;
    let (piece, mut count) = ([b'x'; 1 << 16], 0);
    while count < MOST && client.write_all(&piece).is_ok() {
        count += piece.len();
    }
    assert!(count < MOST, "all was taken");
    let _silent = server.connect()?;
    for _ in 0..2 {
        let time = times.recv_timeout(LONG)?;
        assert!(time < DEADLINE * 5, "{time:?}");
    }
    assert_eq!(server.stop()?.completed, 2);
    Ok(())
}
