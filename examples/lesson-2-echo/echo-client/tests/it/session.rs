//! A server that lets the client in, and then does not do its part.

use std::io::{Read, Result as IoResult, Write, copy, sink};
use std::net::TcpStream;

use anyhow::Result;
use programs::{Ended, Language, Process, command, server_that};

#[test]
fn it_closes_instead_of_an_answer() -> Result<()> {
    let (address, ended) = client_of("1m", |mut stream| {
        let _ = let_in(&mut stream).and_then(|()| message(&mut stream));
    })?;
    assert_eq!(
        ended.err(),
        [format!(
            "echo-client: {address} rejected our response and closed the connection; do both sides use the same key?"
        )]
    );
    assert_eq!(ended.status.code(), Some(1));
    Ok(())
}

#[test]
fn it_closes_in_mid_session() -> Result<()> {
    let (address, ended) = client_of("1m", |mut stream| {
        let _ = let_in(&mut stream)
            .and_then(|()| message(&mut stream))
            .and_then(|()| stream.write_all(b"[Thu May 10 22:00:19 2018] hello"))
            .and_then(|()| message(&mut stream));
    })?;
    assert_eq!(ended.out(), ["[Thu May 10 22:00:19 2018] hello"]);
    assert_eq!(
        ended.err(),
        [format!("echo-client: {address}: the server closed the connection before the whole echo arrived")]
    );
    assert_eq!(ended.status.code(), Some(1));
    Ok(())
}

#[test]
fn it_says_nothing_until_the_deadline() -> Result<()> {
    let (address, ended) = client_of("1s", |mut stream| {
        if let_in(&mut stream).is_ok() {
            hold(stream);
        }
    })?;
    assert_eq!(ended.err(), [format!("echo-client: {address}: the server did not respond within 1s")]);
    assert_eq!(ended.status.code(), Some(1));
    Ok(())
}

#[test]
fn it_answers_something_else() -> Result<()> {
    for answer in [&b"[Thu May 10 22:00:19 2018] jello"[..], b"hi", b"\n"] {
        let (address, ended) = client_of("1m", move |mut stream| {
            let sent = let_in(&mut stream).and_then(|()| message(&mut stream)).and_then(|()| stream.write_all(answer));
            if sent.is_ok() {
                hold(stream);
            }
        })?;
        assert_eq!(ended.err(), [format!("echo-client: {address}: the server's reply is not an echo of the message")]);
        assert_eq!(ended.status.code(), Some(1));
        assert_eq!(ended.out(), [""; 0]);
    }
    Ok(())
}

/// The server's address, and what the client did that sent it "hello" twice.
fn client_of(deadline: &str, server: impl FnOnce(TcpStream) + Send + 'static) -> Result<(String, Ended)> {
    let address = server_that(server)?.to_string();
    let mut command = command("echo-client", Language::Rust)?;
    command.args(["--connect", &address, "--deadline", deadline]).env("OPEN_SESAME_KEY", "a key for this test");
    let ended = Process::start(&mut command, b"hello\nhello\n")?.wait()?;
    Ok((address, ended))
}

/// Takes any answer to the nonce.
fn let_in(stream: &mut TcpStream) -> IoResult<()> {
    stream.write_all(&[0; 32])?;
    stream.read_exact(&mut [0; 16])
}

/// Reads "hello".
fn message(stream: &mut TcpStream) -> IoResult<()> {
    stream.read_exact(&mut [0; 5])
}

/// Says nothing until the client has gone.
fn hold(mut stream: TcpStream) {
    let _ = copy(&mut stream, &mut sink());
}
