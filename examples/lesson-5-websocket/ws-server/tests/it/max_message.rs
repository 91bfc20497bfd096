//! `--max-message`: what it may be.

use crate::common;

use std::io::Write;

use anyhow::{Result, ensure};
use common::{CLOSE, CONTINUATION, FIN, PING, PONG, Raw, TEXT, WsServer, announced};
use programs::{Language, run};

const MOST: u64 = 16 << 20;

#[test]
fn one_that_would_let_a_header_take_all_memory_is_an_error() -> Result<()> {
    for language in Language::ALL {
        for number in [MOST + 1, i64::MAX as u64, u64::MAX] {
            let ended = run("ws-server", language, &["--max-message", &number.to_string()], b"")?;
            ensure!(ended.status.code() == Some(2), "{language:?}: {number}: {ended:?}");
            let says = format!("{number} is not in 0..={MOST}");
            ensure!(ended.err().iter().any(|line| line.contains(&says)), "{language:?}: {number}: {ended:?}");
        }
    }
    Ok(())
}

#[test]
fn with_the_greatest_many_may_announce_as_much() -> Result<()> {
    for language in Language::ALL {
        let server = WsServer::start(language, &["--max-message", &MOST.to_string()])?;
        let mut rude = Vec::new();
        for _ in 0..100 {
            let mut client = Raw::connect(server.echo)?;
            client.0.write_all(&announced(FIN | TEXT, MOST as usize))?;
            rude.push(client);
        }
        ensure!(Raw::connect(server.echo)?.asks("still there?")? == "Server received: still there?");
        let mut more = Raw::connect(server.echo)?;
        more.0.write_all(&announced(FIN | TEXT, 1 << 63))?;
        ensure!(more.closed()? == (1009, format!("a message has at most {MOST} bytes")), "{language:?}");
        drop(rude);
        server.stop()?;
    }
    Ok(())
}

#[test]
fn one_shorter_than_a_control_frame_is_for_messages_alone() -> Result<()> {
    for language in Language::ALL {
        let server = WsServer::start(language, &["--max-message", "2"])?;
        let mut client = Raw::connect(server.echo)?;
        client.send(TEXT, b"o")?;
        client.send(FIN | PING, &[b'x'; 125])?;
        ensure!(client.receive()? == (FIN | PONG, vec![b'x'; 125]), "{language:?}");
        client.send(FIN | CONTINUATION, b"k")?;
        ensure!(client.receive()?.1 == b"Server received: ok");
        let mut wordy = Raw::connect(server.echo)?;
        wordy.send(FIN | TEXT, b"one")?;
        ensure!(wordy.closed()? == (1009, "a message has at most 2 bytes".to_owned()), "{language:?}");
        let farewell = [&1000_u16.to_be_bytes(), &[b'x'; 123][..]].concat();
        client.send(FIN | CLOSE, &farewell)?;
        ensure!(client.receive()? == (FIN | CLOSE, farewell), "{language:?}");
        server.stop()?;
    }
    Ok(())
}

#[test]
fn a_token_has_a_limit_of_its_own() -> Result<()> {
    for language in Language::ALL {
        let server = WsServer::start(language, &["--max-message", "2"])?;
        for (length, why) in [(8192, "not a valid JWT"), (8193, "the token is longer than 8192 bytes")] {
            let mut client = Raw::connect(server.token)?;
            client.send(FIN | TEXT, &vec![b'x'; length])?;
            ensure!(client.closed()? == (1008, why.to_owned()), "{language:?}: {length}");
        }
        server.stop()?;
    }
    Ok(())
}
