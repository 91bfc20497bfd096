//! `--max-message`.

use std::io::Write;

use anyhow::{Result, ensure};
use programs::{Language, run};
use wire::websocket::{CLOSE, CONTINUATION, FIN, PING, PONG, TEXT};

use crate::common::{Client, frame_header, with_each};

const MAX: u64 = 16 << 20;

#[test]
fn a_limit_that_no_memory_suffices_for_is_an_error() -> Result<()> {
    for language in Language::ALL {
        for number in [MAX + 1, i64::MAX as u64, u64::MAX] {
            let ended = run("ws-server", language, &["--max-message", &number.to_string()], b"")?;
            ensure!(ended.status.code() == Some(2), "{language:?}: {number}: {ended:?}");
            let names = |line: &&str| line.contains("--max-message") && line.contains(&MAX.to_string());
            ensure!(ended.err().iter().any(names), "{language:?}: {number}: {ended:?}");
        }
    }
    Ok(())
}

#[test]
fn many_clients_may_announce_the_longest_message() -> Result<()> {
    with_each(&["--max-message", &MAX.to_string()], |server| {
        let mut clients = Vec::new();
        for _ in 0..100 {
            let mut client = Client::connect(server.echo)?;
            client.0.write_all(&frame_header(FIN | TEXT, MAX))?;
            clients.push(client);
        }
        Client::connect(server.echo)?.assert_echoes("still there?")?;
        let mut client = Client::connect(server.echo)?;
        client.0.write_all(&frame_header(FIN | TEXT, MAX + 1))?;
        ensure!(client.assert_closed(1009)? == format!("the message is longer than {MAX} bytes"));
        drop(clients);
        server.stop().map(drop)
    })
}

#[test]
fn it_does_not_limit_control_frames() -> Result<()> {
    with_each(&["--max-message", "2"], |server| {
        let mut client = Client::connect(server.echo)?;
        client.send(TEXT, b"o")?;
        client.send(FIN | PING, &[b'x'; 125])?;
        ensure!(client.receive()? == (FIN | PONG, vec![b'x'; 125]));
        client.send(FIN | CONTINUATION, b"k")?;
        ensure!(client.receive_text()? == "Server received: ok");
        let mut other = Client::connect(server.echo)?;
        other.send(FIN | TEXT, b"one")?;
        ensure!(other.assert_closed(1009)? == "the message is longer than 2 bytes");
        let payload = [&1000_u16.to_be_bytes(), &[b'x'; 123][..]].concat();
        client.send(FIN | CLOSE, &payload)?;
        ensure!(client.receive()? == (FIN | CLOSE, payload));
        server.stop().map(drop)
    })
}

#[test]
fn a_token_has_its_own_limit() -> Result<()> {
    // Neither a low nor a high --max-message changes it: a longer token is rejected before its payload arrives.
    for max in ["2", "1000000"] {
        with_each(&["--max-message", max], |server| {
            let mut client = Client::connect(server.token)?;
            client.send(FIN | TEXT, &[b'x'; 8192])?;
            ensure!(client.assert_closed(1008)? == "not a valid JWT");
            let mut client = Client::connect(server.token)?;
            client.0.write_all(&frame_header(FIN | TEXT, 8193))?;
            ensure!(client.assert_closed(1008)? == "the token is longer than 8192 bytes");
            server.stop().map(drop)
        })?;
    }
    Ok(())
}
