//! A server replies to a request of the maximum length, refuses one with a byte more, and its memory never grows.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr};

use anyhow::Result;
use programs::Server;
use timestamp::LEN;

use crate::common::{at_once, both, connect};

#[test]
fn a_request_of_maximum_length_gets_a_reply_and_no_longer_one() -> Result<()> {
    let line_of = |len: usize| [&vec![b'x'; len - 2][..], b"\r\n"].concat();
    let limits = [
        ("line-server", &*line_of(65_536), &*line_of(65_537), "refused: the line is longer than 65536 bytes"),
        ("threaded-server", &[b'x'; 1024], &[b'x'; 1025], "refused: the request is longer than 1024 bytes"),
    ];
    at_once(both(&limits), |((name, longest, longer, refused), language)| {
        let mut server = Server::start(name, language, &[])?;
        let (_, whole) = reply(&server, longest)?;
        assert_eq!(whole.len(), LEN + longest.len(), "{name} {language:?}");
        assert!(whole.ends_with(longest), "{name} {language:?}");
        let (peer, nothing) = reply(&server, longer)?;
        assert_eq!(nothing, b"", "{name} {language:?}");
        assert_eq!(server.line("refused")?, format!("{peer}: {refused}"));
        server.stop()?;
        Ok(())
    })
}

/// Returns the client's address and the reply. The reply is empty if the server refused the request.
fn reply(server: &Server, request: &[u8]) -> Result<(SocketAddr, Vec<u8>)> {
    let mut client = connect(server.address)?;
    let peer = client.local_addr()?;
    let mut reply = Vec::new();
    // A server that refuses may close the connection while the rest of the request is still on its way.
    let sent = client.write_all(request).and_then(|()| client.shutdown(Shutdown::Write));
    match sent.and_then(|()| client.read_to_end(&mut reply)) {
        Err(error) if !matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => Err(error.into()),
        _ => Ok((peer, reply)),
    }
}

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_what_a_client_sends() -> Result<()> {
    use programs::Language;
    const MANY: usize = 64 << 20;
    let server = Server::start("line-server", Language::Rust, &[])?;
    reply(&server, &vec![b'x'; MANY])?;
    let line = peak_memory(server.process.id())?;
    server.stop()?;

    let server = Server::start("echo-server", Language::Rust, &[])?;
    let mut client = crate::common::served("echo-server", server.address)?;
    let before = peak_memory(server.process.id())?;
    let mut reader = client.try_clone()?;
    let reading = std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
    client.write_all(&vec![b'x'; MANY])?;
    client.shutdown(Shutdown::Write)?;
    let echoed = reading.join().expect("no panic")?;
    assert!(echoed > MANY as u64);
    let grown = peak_memory(server.process.id())? - before;
    server.stop()?;

    assert!(line < 20_000 && grown < 1_000, "line-server {line} KiB, echo-server {grown} KiB more");
    Ok(())
}

/// Returns the peak resident memory of a process, in KiB (proc(5), status).
#[cfg(target_os = "linux")]
fn peak_memory(process: u32) -> Result<u64> {
    use anyhow::Context;
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).context("no VmHWM")?;
    Ok(line.split_whitespace().nth(1).context("no figure")?.parse()?)
}
