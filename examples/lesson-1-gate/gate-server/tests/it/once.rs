//! `--once` ends the server after its first client, whoever that is; without it, the server goes on.

use std::io::{Read, Write};
use std::net::TcpStream;

use anyhow::Result;
use programs::{Language, Server, run};

#[test]
fn it_ends_after_a_client_that_holds_the_key() -> Result<()> {
    let server = Server::start("gate-server", Language::Rust, &["--once"])?;
    let client = run("gate-client", Language::Rust, &["--connect", &server.address.to_string()], b"")?;
    assert!(client.status.success(), "{:?}", client.err());
    let ended = server.process.wait()?;
    assert!(ended.status.success());
    let out = ended.out();
    assert!(out[1].starts_with("127.0.0.1:") && out[1].ends_with(": accepted, it holds the key"), "{out:?}");
    assert_eq!(out[2..], ["gate-server served 1: 1 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 0"]);
    Ok(())
}

#[test]
fn it_ends_after_a_client_that_does_not() -> Result<()> {
    let server = Server::start("gate-server", Language::Rust, &["--once"])?;
    let mut client = TcpStream::connect(server.address)?;
    client.read_exact(&mut [0; 32])?;
    client.write_all(&[b'0'; 32])?;
    assert_eq!(client.read(&mut [0])?, 0);
    let ended = server.process.wait()?;
    assert!(ended.status.success());
    let out = ended.out();
    assert_eq!(out[1], format!("{}: rejected, it does not hold the key", client.local_addr()?));
    assert_eq!(out[2..], ["gate-server served 1: 1 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 0"]);
    Ok(())
}

#[test]
fn without_it_the_server_goes_on() -> Result<()> {
    let mut server = Server::start("gate-server", Language::Rust, &[])?;
    for _ in 0..2 {
        let client = run("gate-client", Language::Rust, &["--connect", &server.address.to_string()], b"")?;
        assert!(client.status.success(), "{:?}", client.err());
        server.line(": accepted, it holds the key")?;
    }
    assert_eq!(
        server.stop()?.out().last(),
        Some(&"gate-server served 2: 2 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 0")
    );
    Ok(())
}
