//! Handshakes that are slow, long, cut off, or followed by frames at once.

use std::io::Write;
use std::net::Shutdown;
use std::time::Duration;

use anyhow::{Result, ensure};
use socket2::SockRef;
use wire::websocket::{FIN, TEXT};

use crate::common::{Client, HANDSHAKE, frame, read_head, read_refusal, send_request, with_each};

#[test]
fn an_incomplete_handshake_ends_at_the_deadline() -> Result<()> {
    with_each(&["--deadline", "500ms"], |server| {
        for start in ["", "GET / HTTP/1.1\r\nHost: a\r\n"] {
            ensure!(read_refusal(&mut send_request(server.echo, start.as_bytes())?)?.0 == 408, "{start:?}");
        }
        let stopped = server.stop_when_idle()?;
        ensure!(stopped.log.len() == 2, "{:?}", stopped.log);
        ensure!(stopped.served("echo")?.starts_with("2: 0 completed, 2 timed out, 0 failed"), "{:?}", stopped.out);
        Ok(())
    })
}

#[test]
fn an_incomplete_handshake_ends_at_shutdown() -> Result<()> {
    with_each(&[], |mut server| {
        let mut client = send_request(server.echo, b"GET / HTTP/1.1\r\n")?;
        server.wait_for_status("echo", "1 open")?;
        let stopped = server.stop()?;
        ensure!(read_refusal(&mut client)?.0 == 503);
        ensure!(stopped.log.is_empty(), "{:?}", stopped.log);
        Ok(())
    })
}

#[test]
fn a_handshake_may_arrive_byte_by_byte_or_with_a_frame_after_it() -> Result<()> {
    with_each(&[], |server| {
        let mut stream = send_request(server.echo, b"")?;
        for byte in HANDSHAKE.as_bytes() {
            stream.write_all(&[*byte])?;
        }
        ensure!(read_head(&mut stream)?.starts_with("HTTP/1.1 101 "));
        Client(stream).assert_echoes("hello")?;

        let together = [HANDSHAKE.as_bytes(), &frame(FIN | TEXT, b"hello")].concat();
        let mut stream = send_request(server.echo, &together)?;
        ensure!(read_head(&mut stream)?.starts_with("HTTP/1.1 101 "));
        ensure!(Client(stream).receive_text()? == "Server received: hello");
        server.stop().map(drop)
    })
}

#[test]
fn a_handshake_has_at_most_8192_bytes_and_124_headers() -> Result<()> {
    with_each(&[], |server| {
        let with_headers = |headers: &str| HANDSHAKE.replace("Host:", &format!("{headers}Host:"));
        let of_length =
            |length: usize| with_headers(&format!("Cookie: {}\r\n", "x".repeat(length - HANDSHAKE.len() - 10)));
        let of_headers = |count: usize| with_headers(&"X: y\r\n".repeat(count - 5));
        for (request, status) in [
            (of_length(8192), 101),
            (of_length(8193), 431),
            (of_length(20_000), 431),
            (of_headers(124), 101),
            (of_headers(125), 431),
            (of_headers(200), 431),
        ] {
            // In uneven pieces: the server has read the first before it accepts another client.
            let (first, rest) = request.split_at(1);
            let mut stream = send_request(server.echo, first.as_bytes())?;
            Client::connect(server.echo)?;
            // The server may close before it has read all.
            let _ = stream.write_all(rest.as_bytes());
            let (received, head) = read_refusal(&mut stream)?;
            ensure!(received == status, "{} bytes: {head}", request.len());
        }
        server.stop().map(drop)
    })
}

#[test]
fn a_client_that_disconnects_during_the_handshake_is_logged() -> Result<()> {
    with_each(&["--max-connections", "1"], |mut server| {
        let mut first = Client::connect(server.echo)?;
        // The second client is reset while it waits in the backlog, so that the response cannot be sent.
        let second = send_request(server.echo, HANDSHAKE.as_bytes())?;
        SockRef::from(&second).set_linger(Some(Duration::ZERO))?;
        drop(second);
        // The third sends only half a handshake.
        let third = send_request(server.echo, b"GET / HTTP/1.1\r\n")?;
        third.shutdown(Shutdown::Write)?;
        first.close()?;
        server.line("disconnected during the handshake")?;
        server.line("disconnected during the handshake")?;
        let log = server.stop()?.log;
        ensure!(log.len() == 2 && log.iter().all(|line| line.ends_with("echo: disconnected during the handshake")));
        Ok(())
    })
}
