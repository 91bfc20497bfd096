//! Whatever a client sends, the server logs it and serves the next one. Whatever a server sends, the client prints one line,
//! and nothing of the session leaves it before the server has proved itself.

use std::io::{Read, Result as IoResult, Write};
use std::net::{Shutdown, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Result;
use auth::Key;
use auth::mutual::{ChannelBinding, GREETING, authenticate_server};
use programs::{Language, WAIT, server_that, stay_silent};
use socket2::SockRef;

use crate::{KEY, client, server};

const M1: usize = 46;

#[test]
fn a_failed_handshake_is_logged_and_the_client_receives_no_proof() -> Result<()> {
    type Act = fn(&mut TcpStream) -> IoResult<()>;
    let cases: [(Act, &str); 8] = [
        (|client| client.write_all(&[0; 64]), "rejected, it does not hold the key"),
        (|client| client.write_all(&[0; 65]), "rejected, it does not hold the key"),
        (
            |client| client.shutdown(Shutdown::Write),
            "the peer closed the connection before sending its nonce and proof",
        ),
        (
            |client| {
                client.write_all(&[0; 63])?;
                client.shutdown(Shutdown::Write)
            },
            "the peer closed the connection after 63 of the 64 bytes of its nonce and proof",
        ),
        (|_| Ok(()), "cannot receive the nonce and proof: the deadline passed"),
        (dribble, "cannot receive the nonce and proof: the deadline passed"),
        (reset, "cannot receive the nonce and proof: Connection reset by peer"),
        (
            |client| {
                client.write_all(&[0; 40])?;
                reset(client)
            },
            "cannot receive the nonce and proof: Connection reset by peer",
        ),
    ];
    for language in Language::ALL {
        let mut server = server(language, &["--deadline", "300ms"])?;
        for (act, logged) in cases {
            let mut client = TcpStream::connect(server.address)?;
            client.set_read_timeout(Some(WAIT))?;
            let mut greeting = [0; M1];
            client.read_exact(&mut greeting)?;
            assert!(greeting.starts_with(GREETING), "{language:?}");
            let peer = client.local_addr()?;
            act(&mut client)?;
            if logged.contains("reset") {
                drop(client);
            } else {
                let mut received = Vec::new();
                // A reset remains of a close with unread bytes.
                let _ = client.read_to_end(&mut received);
                assert_eq!(received, b"", "{language:?}: {logged}");
            }
            let line = server.line(&peer.to_string())?;
            assert!(line.starts_with(&format!("{peer}: {logged}")), "{language:?}: {line}");
            let mut next = TcpStream::connect(server.address)?;
            authenticate_server(&mut next, &Key::new(KEY)?, ChannelBinding::None)?;
        }
        server.stop()?;
    }
    Ok(())
}

/// One byte at a time, so that a time limit for each read would never end.
fn dribble(client: &mut TcpStream) -> IoResult<()> {
    let start = Instant::now();
    while client.write_all(b"x").is_ok() {
        assert!(start.elapsed() < Duration::from_secs(5), "the server still waits");
        sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn reset(client: &mut TcpStream) -> IoResult<()> {
    SockRef::from(&*client).set_linger(Some(Duration::ZERO))
}

#[test]
fn a_client_sends_nothing_of_the_session_to_a_server_that_has_not_proved_itself() -> Result<()> {
    type Act = fn(&mut TcpStream) -> IoResult<()>;
    let greet: Act = |client| client.write_all(&[&GREETING[..], &[7; 32]].concat());
    let nothing: Act = |_| Ok(());
    let other: Act = |client| client.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    let wrong: Act = |client| client.write_all(&[0; 32]);
    let short: Act = |client| client.write_all(&[0; 31]);
    let rejected = "the server rejected our proof and closed the connection; do both sides use the same key?";
    // What the server does at first, how much it must receive then, what it does then, and what the client says.
    let cases: [(Act, usize, Act, &str); 6] = [
        (nothing, 0, nothing, "the peer closed the connection before sending its greeting"),
        (other, 0, nothing, "the server does not speak open-sesame/2"),
        (greet, 64, nothing, rejected),
        (greet, 64, short, "the peer closed the connection after 31 of the 32 bytes of its proof"),
        (greet, 64, wrong, "the server's proof is wrong: it does not hold the key"),
        (greet, 64, reset, "cannot receive the proof: the server closed the connection"),
    ];
    for language in Language::ALL {
        for (first, received, then, said) in cases {
            let (sender, all) = std::sync::mpsc::channel();
            let address = server_that(move |mut client| {
                let mut message = vec![0; received];
                let _ = first(&mut client).and_then(|()| client.read_exact(&mut message));
                let _ = then(&mut client);
                if said.contains("cannot receive") {
                    return;
                }
                // The client closes by itself, or because of this.
                let _ = client.shutdown(Shutdown::Write);
                let mut rest = Vec::new();
                let _ = client.read_to_end(&mut rest);
                let _ = sender.send(rest);
            })?;
            let ended = client(language, &address.to_string(), KEY, &[])?.wait()?;
            assert_eq!(ended.err(), [format!("mutual-client: {address}: {said}")], "{language:?}");
            assert_eq!((ended.status.code(), ended.out().len()), (Some(1), 0), "{ended:?}");
            assert_eq!(all.recv().unwrap_or_default(), b"", "{language:?}: {said}");
        }
    }
    Ok(())
}

#[test]
fn one_deadline_ends_a_handshake_with_a_silent_server() -> Result<()> {
    for language in Language::ALL {
        let silent = server_that(stay_silent)?.to_string();
        let ended = client(language, &silent, KEY, &["--deadline", "300ms"])?.wait()?;
        let said = "cannot receive the greeting: the server did not respond within 300ms";
        assert_eq!(ended.err(), [format!("mutual-client: {silent}: {said}")], "{language:?}");
    }
    Ok(())
}
