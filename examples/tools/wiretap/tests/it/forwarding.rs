//! The wiretap forwards bytes, half-closes and resets unchanged, and prints them, for many connections at once.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;

use anyhow::{Result, anyhow};

use crate::shared::{Tapped, reset};

#[test]
fn a_half_close_of_either_side_is_forwarded_and_the_other_can_still_reply() -> Result<()> {
    let mut tapped = Tapped::start(&[])?;
    let mut expected = Vec::new();
    for (connection, from, back) in
        [(1, "client → server", "server → client"), (2, "server → client", "client → server")]
    {
        let (client, server) = tapped.connect()?;
        let addresses = [client.local_addr()?, server.peer_addr()?];
        let (mut first, mut second) = if connection == 1 { (client, server) } else { (server, client) };
        let mut received = String::new();
        first.write_all(b"a question")?;
        first.shutdown(Shutdown::Write)?;
        second.read_to_string(&mut received)?;
        assert_eq!(received, "a question");
        second.write_all(b"a reply")?;
        drop(second);
        first.read_to_string(&mut received)?;
        assert_eq!(received, "a questiona reply");
        tapped.wait_until_closed()?;
        expected.push((
            connection,
            [
                format!("opened by {}", addresses[0]),
                format!("seen by the server as {}", addresses[1]),
                format!("{from}  10 bytes"),
                format!("{from}  end: no more bytes this way"),
                format!("{back}  7 bytes"),
                format!("{back}  end: no more bytes this way"),
                "closed".to_owned(),
            ],
        ));
    }
    let printed = tapped.stop()?;
    for (connection, expected) in expected {
        assert_eq!(printed.descriptions(connection, ""), expected);
    }
    Ok(())
}

#[test]
fn a_reset_of_either_side_reaches_the_other() -> Result<()> {
    let mut tapped = Tapped::start(&[])?;
    for connection in [1, 2] {
        let (client, server) = tapped.connect()?;
        let (sender, mut receiver) = if connection == 1 { (client, server) } else { (server, client) };
        reset(sender)?;
        assert_eq!(receiver.read(&mut [0]).map_err(|error| error.kind()), Err(ErrorKind::ConnectionReset));
        tapped.wait_until_closed()?;
    }
    let printed = tapped.stop()?;
    assert_eq!(printed.descriptions(1, "reset"), ["client → server  reset"]);
    assert_eq!(printed.descriptions(2, "reset"), ["server → client  reset"]);
    Ok(())
}

const LEN: usize = 2 * 1024 * 1024 + 7;

/// Bytes with no period that could hide behind a buffer's size.
fn bytes(seed: u32) -> Vec<u8> {
    let mut state = seed;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    std::iter::repeat_with(next).take(LEN).collect()
}

fn send_and_receive(mut stream: &TcpStream, message: &[u8]) -> Result<Vec<u8>> {
    thread::scope(|scope| {
        let sending = scope.spawn(move || {
            stream.write_all(message)?;
            stream.shutdown(Shutdown::Write)
        });
        let mut received = Vec::new();
        stream.read_to_end(&mut received)?;
        sending.join().map_err(|_| anyhow!("a panic"))??;
        Ok(received)
    })
}

#[test]
fn megabytes_pass_unchanged_in_both_directions_and_are_printed() -> Result<()> {
    let mut tapped = Tapped::start(&[])?;
    let (client, server) = tapped.connect()?;
    let (question, reply) = (bytes(1), bytes(2));
    let (at_server, at_client) = thread::scope(|scope| {
        let at_server = scope.spawn(|| send_and_receive(&server, &reply));
        let at_client = send_and_receive(&client, &question);
        (at_server.join(), at_client)
    });
    assert!(at_server.map_err(|_| anyhow!("a panic"))?? == question, "the server received other bytes");
    assert!(at_client? == reply, "the client received other bytes");

    tapped.wait_until_closed()?;
    let printed = tapped.stop()?;
    assert!(printed.bytes(1, "client → server") == question, "other bytes to the server were printed");
    assert!(printed.bytes(1, "server → client") == reply, "other bytes to the client were printed");
    let expected = format!("wiretap forwarded 1 connection: {LEN} bytes to the server, {LEN} bytes to the client");
    assert_eq!(printed.last(), expected);
    Ok(())
}

#[test]
fn each_of_many_open_connections_has_its_number() -> Result<()> {
    const MANY: usize = 100;
    let tapped = Tapped::start(&[])?;
    let mut pairs = Vec::new();
    for _ in 0..MANY {
        pairs.push(tapped.connect()?);
    }
    // The last sends first.
    for (index, (client, server)) in pairs.iter_mut().enumerate().rev() {
        let text = format!("this is number {}", index + 1);
        client.write_all(text.as_bytes())?;
        let mut received = vec![0; text.len()];
        server.read_exact(&mut received)?;
        assert_eq!(received, text.as_bytes());
    }
    let printed = tapped.stop()?;
    for number in 1..=MANY as u64 {
        assert_eq!(printed.text(number, "client → server").trim(), format!("this is number {number}"));
    }
    assert!(printed.last().starts_with("wiretap forwarded 100 connections: "), "{}", printed.last());
    Ok(())
}
