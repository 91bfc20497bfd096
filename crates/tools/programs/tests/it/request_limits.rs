//! A request as long as a server takes is answered; one byte more is refused with a word, and nothing grows.

use crate::common;

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};

use anyhow::Result;
use common::LONG;
use programs::{Language, Server};

/// What the server answers, and with what it says so; nothing where it refused.
fn answer(server: &Server, request: &[u8]) -> Result<(std::net::SocketAddr, Vec<u8>)> {
    let mut client = TcpStream::connect(server.address)?;
    client.set_read_timeout(Some(LONG))?;
    let peer = client.local_addr()?;
    let mut answer = Vec::new();
    // A server that refuses may cut the connection while the rest of the request is still on its way.
    let sent = client.write_all(request).and_then(|()| client.shutdown(Shutdown::Write));
    match sent.and_then(|()| client.read_to_end(&mut answer)) {
        Ok(_) => {}
        Err(error) if matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => {}
        Err(error) => return Err(error.into()),
    }
    Ok((peer, answer))
}

fn limit(name: &str, language: Language, longest: &[u8], one_more: &[u8], told: &str) -> Result<()> {
    let mut server = Server::start(name, language, &[])?;
    let (_, whole) = answer(&server, longest)?;
    assert_eq!(whole.len(), 27 + longest.len(), "{name} {language:?}");
    assert!(whole.ends_with(longest), "{name} {language:?}");
    let (peer, nothing) = answer(&server, one_more)?;
    assert_eq!(nothing, b"", "{name} {language:?}");
    assert_eq!(server.line(told)?, format!("{peer}: {told}"));
    server.stop()?;
    Ok(())
}

fn line_of(len: usize) -> Vec<u8> {
    let mut line = vec![b'x'; len];
    line.splice(len - 2.., *b"\r\n");
    line
}

#[test]
fn a_line_has_64_kib_with_its_ending() -> Result<()> {
    for language in Language::ALL {
        let told = "refused: the line is longer than 65536 bytes";
        limit("line-server", language, &line_of(65_536), &line_of(65_537), told)?;
    }
    Ok(())
}

#[test]
fn a_request_has_1024_bytes() -> Result<()> {
    for language in Language::ALL {
        let told = "refused: the request is longer than 1024 bytes";
        limit("threaded-server", language, &[b'x'; 1024], &[b'x'; 1025], told)?;
    }
    Ok(())
}

/// Peak resident memory of a process, in KiB (proc(5), status).
#[cfg(target_os = "linux")]
fn peak_memory(process: u32) -> Result<u64> {
    use anyhow::Context;
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).context("no VmHWM")?;
    Ok(line.split_whitespace().nth(1).context("no figure")?.parse()?)
}

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_what_a_client_sends() -> Result<()> {
    const MANY: usize = 64 << 20;
    let server = Server::start("line-server", Language::Rust, &[])?;
    answer(&server, &vec![b'x'; MANY])?;
    let line = peak_memory(server.process.id())?;
    server.stop()?;

    let server = Server::start("echo-server", Language::Rust, &[])?;
    let mut client = common::served("echo-server", server.address)?;
    let before = peak_memory(server.process.id())?;
    let mut reader = client.try_clone()?;
    let reading = std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
    client.write_all(&vec![b'x'; MANY])?;
    client.shutdown(Shutdown::Write)?;
    let came_back = reading.join().expect("no panic")?;
    assert!(came_back > MANY as u64);
    let grown = peak_memory(server.process.id())? - before;
    server.stop()?;

    assert!(line < 20_000 && grown < 1_000, "line-server {line} KiB, echo-server {grown} KiB more");
    Ok(())
}
