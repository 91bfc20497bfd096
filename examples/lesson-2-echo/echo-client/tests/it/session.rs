//! A server that accepts the client's response, and then does not echo its messages.

use std::io::{Read, Result as IoResult, Write};
use std::net::TcpStream;

use anyhow::Result;
use programs::{Language, Process, command, server_that, stay_silent};

#[test]
fn a_server_that_does_not_echo_is_an_error() -> Result<()> {
    let rejected = " rejected our response and closed the connection; do both sides use the same key?";
    fails(rejected, &[], |_| Ok(()))?;
    fails(
        ": the server closed the connection before the whole echo arrived",
        &["[Thu May 10 22:00:19 2018] hello"],
        |server| {
            server.write_all(b"[Thu May 10 22:00:19 2018] hello")?;
            read_message(server)
        },
    )?;
    fails(": the server did not respond within 300ms", &[], keep_open)?;
    for reply in [&b"[Thu May 10 22:00:19 2018] jello"[..], b"hi", b"\n"] {
        fails(": the server's reply is not an echo of the message", &[], move |server| {
            server.write_all(reply)?;
            keep_open(server)
        })?;
    }
    Ok(())
}

/// Runs a client that sends "hello" twice, to a server that does this after the first. The client must fail with this
/// error after its address, and print only `out`.
fn fails(error: &str, out: &[&str], serve: impl FnOnce(&mut TcpStream) -> IoResult<()> + Send + 'static) -> Result<()> {
    let address = server_that(|mut stream| {
        // It accepts any response.
        let accepted = stream.write_all(&[0; 32]).and_then(|()| stream.read_exact(&mut [0; 16]));
        let _ = accepted.and_then(|()| read_message(&mut stream)).and_then(|()| serve(&mut stream));
    })?;
    let deadline = if error.contains("300ms") { "300ms" } else { "1m" };
    let mut command = command("echo-client", Language::Rust)?;
    command.args(["--connect", &address.to_string(), "--deadline", deadline]).env("OPEN_SESAME_KEY", "a key");
    let ended = Process::start(&mut command, b"hello\nhello\n")?.wait()?;
    assert_eq!(ended.err(), [format!("echo-client: {address}{error}")]);
    assert_eq!(ended.out(), out);
    assert_eq!(ended.status.code(), Some(1));
    Ok(())
}

fn read_message(stream: &mut TcpStream) -> IoResult<()> {
    stream.read_exact(&mut [0; 5])
}

fn keep_open(stream: &mut TcpStream) -> IoResult<()> {
    stay_silent(stream.try_clone()?);
    Ok(())
}
