//! Megabytes, both ways at the same time, pass byte for byte, and are shown byte for byte.

mod shared;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;

use anyhow::{Result, anyhow};
use shared::{connect, dumped, last, tap};

const LEN: usize = 2 * 1024 * 1024 + 7;

/// Bytes with no period that a buffer's size could hide.
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
fn megabytes_pass_both_ways_byte_for_byte() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut tap = tap(listener.local_addr()?, &[])?;
    let (client, server) = connect(&tap, &listener)?;
    let (question, answer) = (bytes(1), bytes(2));

    let (at_server, at_client) = thread::scope(|scope| {
        let at_server = scope.spawn(|| send_and_receive(&server, &answer));
        let at_client = send_and_receive(&client, &question);
        (at_server.join(), at_client)
    });
    assert!(at_server.map_err(|_| anyhow!("a panic"))?? == question, "the server received something else");
    assert!(at_client? == answer, "the client received something else");

    tap.line("closed")?;
    let ended = tap.stop()?;
    let out = ended.out();
    assert!(dumped(&out, 1, "client → server  ")? == question, "something else is shown to pass to the server");
    assert!(dumped(&out, 1, "server → client  ")? == answer, "something else is shown to pass to the client");
    let expected = format!("wiretap forwarded 1 connection: {LEN} bytes to the server, {LEN} bytes to the client");
    assert_eq!(last(&out)?, expected);
    Ok(())
}
