//! A server that sends no nonce, or not all of it.

mod ended;

use std::io::{Write, copy, sink};
use std::net::TcpStream;

use anyhow::Result;
use programs::server_that;

#[test]
fn it_closes_before_the_nonce() -> Result<()> {
    assert_one_error(drop, "1m", "the peer closed the connection before its nonce")
}

#[test]
fn it_closes_during_the_nonce() -> Result<()> {
    assert_one_error(
        |mut stream| drop(stream.write_all(b"12345")),
        "1m",
        "the peer closed the connection after 5 of the 32 bytes of its nonce",
    )
}

#[test]
fn it_sends_nothing_until_the_deadline() -> Result<()> {
    assert_one_error(hold, "300ms", "no nonce: the server did not finish within 300ms")
}

#[test]
fn it_sends_too_little_until_the_deadline() -> Result<()> {
    assert_one_error(
        |mut stream| {
            let _ = stream.write_all(&[0; 31]);
            hold(stream);
        },
        "300ms",
        "no nonce: the server did not finish within 300ms",
    )
}

/// Says nothing until the client has gone.
fn hold(mut stream: TcpStream) {
    let _ = copy(&mut stream, &mut sink());
}

#[track_caller]
fn assert_one_error(server: impl FnOnce(TcpStream) + Send + 'static, deadline: &str, says: &str) -> Result<()> {
    let address = server_that(server)?.to_string();
    let ended = ended::ended(&["--connect", &address, "--deadline", deadline])?;
    assert_eq!(ended.err(), [format!("echo-client: {address}: {says}")]);
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(ended.out(), [""; 0]);
    Ok(())
}
