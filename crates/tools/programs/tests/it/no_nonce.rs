//! A server that sends no nonce, or not all of it, is told in one line.

use crate::common;

use std::io::{Write, copy, sink};
use std::net::TcpStream;

use anyhow::Result;
use common::{both, failed};
use programs::{command, server_that};

#[test]
fn it_closes_before_the_nonce() -> Result<()> {
    told(drop, "1m", "the peer closed the connection before sending its nonce")
}

#[test]
fn it_closes_during_the_nonce() -> Result<()> {
    let five = |mut stream: TcpStream| drop(stream.write_all(b"12345"));
    told(five, "1m", "the peer closed the connection after 5 of the 32 bytes of its nonce")
}

#[test]
fn it_sends_nothing_until_the_deadline() -> Result<()> {
    told(hold, "300ms", "cannot receive the nonce: the server did not respond within 300ms")
}

#[test]
fn it_sends_too_little_until_the_deadline() -> Result<()> {
    let too_little = |mut stream: TcpStream| {
        let _ = stream.write_all(&[0; 31]);
        hold(stream);
    };
    told(too_little, "300ms", "cannot receive the nonce: the server did not respond within 300ms")
}

/// Says nothing until the client has gone.
fn hold(mut stream: TcpStream) {
    let _ = copy(&mut stream, &mut sink());
}

fn told(server: fn(TcpStream), deadline: &str, says: &str) -> Result<()> {
    for (program, language) in both(&["gate-client", "echo-client"]) {
        let address = server_that(server)?.to_string();
        let mut command = command(program, language)?;
        command.args(["--connect", &address, "--deadline", deadline]).env("OPEN_SESAME_KEY", "a key");
        failed(&mut command, 1, &[&format!("{program}: {address}: {says}")])?;
    }
    Ok(())
}
