//! Frames that break RFC 6455 cost the session that they come in, with the close code that the RFC has for them, and no
//! other session.

use crate::common;

use std::io::Write;
use std::net::{Shutdown, TcpStream};

use anyhow::{Context, Result, ensure};
use common::{BINARY, CLOSE, CONTINUATION, FIN, HANDSHAKE, LONG, PING, PONG, Raw, TEXT, WsServer, announced, frame};
use programs::Language;

const LIMIT: usize = 1000;

/// Frames, and the close code that must be the answer.
fn wrong_frames() -> Vec<(&'static str, Vec<u8>, u16)> {
    let unmasked = [&[FIN | TEXT, 5], &b"hello"[..]].concat();
    let interleaved = [frame(TEXT, b"one"), frame(FIN | TEXT, b"two")].concat();
    let endless = (0..).map(|_| frame(CONTINUATION, &[b'x'; 100])).take(LIMIT / 100).flatten();
    vec![
        ("unmasked", unmasked, 1002),
        ("reserved bit 1", frame(FIN | TEXT | 0x40, b"hello"), 1002),
        ("reserved bit 2", frame(FIN | TEXT | 0x20, b"hello"), 1002),
        ("reserved bit 3", frame(FIN | TEXT | 0x10, b"hello"), 1002),
        ("unknown data opcode", frame(FIN | 0x3, b"hello"), 1002),
        ("unknown control opcode", frame(FIN | 0xb, b"hello"), 1002),
        ("fragmented ping", frame(PING, b"hello"), 1002),
        ("fragmented close", frame(CLOSE, &1000_u16.to_be_bytes()), 1002),
        ("too long a ping", frame(FIN | PING, &[b'x'; 126]), 1002),
        ("continuation of nothing", frame(FIN | CONTINUATION, b"hello"), 1002),
        ("a message within a message", interleaved, 1002),
        ("no UTF-8", frame(FIN | TEXT, b"\xff"), 1007),
        ("a character cut short", frame(FIN | TEXT, b"\xe9\x97"), 1007),
        ("a surrogate", frame(FIN | TEXT, b"\xed\xa0\x80"), 1007),
        ("too long", frame(FIN | TEXT, &[b'x'; LIMIT + 1]), 1009),
        ("too long, as announced", announced(FIN | TEXT, 1 << 40), 1009),
        ("too long, in fragments", [frame(TEXT, b"x")].into_iter().flatten().chain(endless).collect(), 1009),
        ("binary", frame(FIN | BINARY, b"hello"), 1003),
        ("close with a code of one byte", frame(FIN | CLOSE, b"\x03"), 1002),
        ("close with a code that is not sent", frame(FIN | CLOSE, &1005_u16.to_be_bytes()), 1002),
        ("close with a code that does not exist", frame(FIN | CLOSE, &999_u16.to_be_bytes()), 1002),
        ("close with a reason that is no UTF-8", frame(FIN | CLOSE, b"\x03\xe8\xff"), 1007),
    ]
}

#[test]
fn each_is_answered_with_its_close_code_while_others_are_served() -> Result<()> {
    for language in Language::ALL {
        let server = WsServer::start(language, &["--max-message", &LIMIT.to_string()])?;
        let mut good = Raw::connect(server.echo)?;
        let cases = wrong_frames();
        for (name, bytes, code) in &cases {
            let mut rude = Raw::connect(server.echo)?;
            rude.0.write_all(bytes)?;
            let closed = rude.closed().with_context(|| format!("{language:?}: {name}"))?;
            ensure!(closed.0 == *code, "{language:?}: {name}: {closed:?}");
            ensure!(good.asks("still there?")? == "Server received: still there?");
        }
        good.send(FIN | CLOSE, &1000_u16.to_be_bytes())?;
        ensure!(good.closed()?.0 == 1000);
        let (ended, log) = server.stop()?;
        let last = ended.out().pop().unwrap_or_default().to_owned();
        ensure!(log.len() == cases.len(), "{language:?}: {log:#?}");
        // Told as what the server did, also where the client began with a close.
        ensure!(log.iter().all(|line| line.contains(" echo: closed with 10")), "{language:?}: {log:#?}");
        let echo = ended.out().into_iter().find(|line| line.contains("(echo) served")).unwrap_or_default();
        let served = format!("served {}: 1 completed, 0 timed out, {} failed", cases.len() + 1, cases.len());
        ensure!(echo.contains(&served), "{language:?}: {echo}, {last}");
    }
    Ok(())
}

#[test]
fn what_is_right_is_answered_however_it_comes() -> Result<()> {
    for language in Language::ALL {
        let server = WsServer::start(language, &["--max-message", &LIMIT.to_string()])?;
        let mut client = Raw::connect(server.echo)?;
        // The longest that is taken.
        let longest = "x".repeat(LIMIT);
        ensure!(client.asks(&longest)? == format!("Server received: {longest}"));
        ensure!(client.asks("")? == "Server received: ");
        // In fragments, cut inside a character, with a ping in between (RFC 6455, section 5.4).
        client.send(TEXT, b"open \xe9\x97")?;
        client.send(FIN | PING, b"there?")?;
        ensure!(client.receive()? == (FIN | PONG, b"there?".to_vec()));
        client.send(CONTINUATION, b"")?;
        client.send(FIN | CONTINUATION, b"\xa8")?;
        ensure!(client.receive()?.1 == "Server received: open 门".as_bytes());
        // A pong that nobody asked for is no error, and not answered (section 5.5.3).
        client.send(FIN | PONG, b"here")?;
        // Byte by byte.
        for byte in frame(FIN | TEXT, b"slow") {
            client.0.write_all(&[byte])?;
        }
        ensure!(client.receive()?.1 == b"Server received: slow");
        // Several at once.
        client.0.write_all(&[frame(FIN | TEXT, b"one"), frame(FIN | TEXT, b"two")].concat())?;
        ensure!(client.receive()?.1 == b"Server received: one");
        ensure!(client.receive()?.1 == b"Server received: two");
        // A close without a code is answered, and no failure (section 5.5.1).
        client.send(FIN | CLOSE, b"")?;
        ensure!(client.receive()? == (FIN | CLOSE, vec![]));
        client.ended()?;
        let (ended, log) = server.stop()?;
        ensure!(log.is_empty(), "{language:?}: {log:?}");
        ensure!(ended.out().iter().any(|line| line.contains("(echo) served 1: 1 completed")), "{:?}", ended.out());
    }
    Ok(())
}

#[test]
fn a_client_that_is_gone_in_the_middle_of_a_frame_is_written_down() -> Result<()> {
    for language in Language::ALL {
        let mut server = WsServer::start(language, &[])?;
        let mut client = Raw::connect(server.echo)?;
        client.0.write_all(&frame(FIN | TEXT, b"hello")[..7])?;
        client.0.shutdown(Shutdown::Both)?;
        let line = server.server.line("cut without a close frame")?;
        let peer = client.0.local_addr().map_or_else(|_| String::new(), |peer| peer.to_string());
        let (_, log) = server.stop()?;
        ensure!(
            log.len() == 1 && log[0].ends_with("echo: cut without a close frame"),
            "{language:?}: {line} {peer} {log:?}"
        );
    }
    Ok(())
}

#[test]
fn a_client_that_is_gone_before_its_answers_is_written_down() -> Result<()> {
    for language in Language::ALL {
        let mut server = WsServer::start(language, &["--max-connections", "1"])?;
        let mut first = Raw::connect(server.echo)?;
        // The second has said all and left before the first leaves, and it is its turn.
        let mut hasty = TcpStream::connect(server.echo)?;
        hasty.write_all(HANDSHAKE.as_bytes())?;
        hasty.write_all(&[frame(FIN | TEXT, b"one"), frame(FIN | TEXT, b"two")].concat())?;
        drop(hasty);
        first.send(FIN | CLOSE, &1000_u16.to_be_bytes())?;
        first.closed()?;
        server.server.line("cut without a close frame")?;
        let (_, log) = server.stop()?;
        ensure!(log.len() == 1 && log[0].ends_with("echo: cut without a close frame"), "{language:?}: {log:?}");
    }
    Ok(())
}

#[test]
fn fragments_without_end_are_cut_at_the_idle_time() -> Result<()> {
    for language in Language::ALL {
        let server = WsServer::start(language, &["--idle", "500ms"])?;
        let mut client = Raw::connect(server.echo)?;
        client.0.set_nodelay(true)?;
        client.send(TEXT, b"x")?;
        let mut writer = client.0.try_clone()?;
        let drip = std::thread::spawn(move || {
            let start = std::time::Instant::now();
            while writer.write_all(&frame(CONTINUATION, b"")).is_ok() && start.elapsed() < LONG {
                // Not a wait for something to happen: the pace of a client that never comes to an end.
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            start.elapsed()
        });
        let closed = client.receive()?;
        ensure!(closed.1 == [&1001_u16.to_be_bytes(), &b"nothing said for 500ms"[..]].concat(), "{closed:?}");
        ensure!(drip.join().is_ok_and(|time| time < LONG / 4), "{language:?}");
        server.stop()?;
    }
    Ok(())
}
