//! Many connections at once, and their rows told apart.

mod shared;

use std::io::{Read, Write};
use std::net::TcpListener;

use anyhow::Result;
use shared::{connect, dumped, last, tap};

#[test]
fn each_of_many_connections_has_its_number() -> Result<()> {
    const MANY: u64 = 100;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let tap = tap(listener.local_addr()?, &[])?;
    let mut pairs = Vec::new();
    for _ in 0..MANY {
        pairs.push(connect(&tap, &listener)?);
    }
    // All are open; the last speaks first.
    for (at, (client, server)) in pairs.iter_mut().enumerate().rev() {
        let text = format!("this is number {}", at + 1);
        client.write_all(text.as_bytes())?;
        let mut received = vec![0; text.len()];
        server.read_exact(&mut received)?;
        assert_eq!(received, text.as_bytes());
    }
    let ended = tap.stop()?;
    for number in 1..=MANY {
        let shown = dumped(&ended.out(), number, "client → server  ")?;
        assert_eq!(String::from_utf8(shown)?, format!("this is number {number}"));
    }
    assert!(last(&ended.out())?.starts_with("wiretap forwarded 100 connections: "), "{:?}", last(&ended.out()));
    Ok(())
}
