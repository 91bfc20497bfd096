//! Whatever a client sends instead of a response, the server logs it and serves the next client. Whatever a server
//! sends instead of a nonce, the client prints one line.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use anyhow::Result;
use auth::{Key, Nonce, Scheme};
use programs::{Language, Server, server_that, stay_silent};
use socket2::SockRef;

use crate::common::{at_once, both, connect, fails, served, with_key};

const KEYED_SERVERS: [(&str, Scheme); 2] = [("gate-server", Scheme::Md5Hex), ("echo-server", Scheme::Md5)];

/// What a client does after it has received the nonce.
type Act = fn(&mut TcpStream) -> std::io::Result<()>;

#[test]
fn each_failed_handshake_is_logged_and_the_next_client_is_served() -> Result<()> {
    let reset: Act = |client| SockRef::from(&*client).set_linger(Some(Duration::ZERO));
    let reset_after_five: Act = |client| {
        client.write_all(b"00000")?;
        SockRef::from(&*client).set_linger(Some(Duration::ZERO))
    };
    let five: Act = |client| {
        client.write_all(b"00000")?;
        client.shutdown(Shutdown::Write)
    };
    at_once(both(&KEYED_SERVERS), |((name, scheme), language)| {
        let five_of =
            format!("the peer closed the connection after 5 of the {} bytes of its response", scheme.response_len());
        let was_reset = "cannot receive the response: Connection reset by peer";
        let cases: [(Act, &str); 6] = [
            (|client| client.write_all(&[b'0'; 32]), "rejected, it does not hold the key"),
            (five, &five_of),
            (|client| client.shutdown(Shutdown::Write), "the peer closed the connection before sending its response"),
            (|_| Ok(()), "cannot receive the response: the deadline passed"),
            (reset, was_reset),
            (reset_after_five, was_reset),
        ];
        let mut server = Server::start(name, language, &["--deadline", "300ms"])?;
        for (act, logged) in cases {
            let (mut client, _) = challenged(&server)?;
            let peer = client.local_addr()?;
            act(&mut client)?;
            if logged == was_reset {
                drop(client);
            } else {
                // The server sends nothing. A reset remains of a close with unread bytes.
                let mut received = Vec::new();
                let _ = client.read_to_end(&mut received);
                assert_eq!(received, b"", "{name} {language:?}: {logged}");
            }
            let line = server.line(&peer.to_string())?;
            assert!(line.starts_with(&format!("{peer}: {logged}")), "{name} {language:?}: {line}");
            served(name, server.address)?;
        }
        server.stop()?;
        Ok(())
    })
}

#[test]
fn the_gate_rejects_the_right_response_with_another_byte_after_it() -> Result<()> {
    at_once(Language::ALL, |language| {
        let mut server = Server::start("gate-server", language, &[])?;
        let (mut client, nonce) = challenged(&server)?;
        let response = Scheme::Md5Hex.response(&Key::new("老衲洗头用飘柔")?, nonce);
        client.write_all(&[response.as_bytes(), b"\n"].concat())?;
        let peer = client.local_addr()?;
        assert_eq!(server.line(&peer.to_string())?, format!("{peer}: rejected, it does not hold the key"));
        server.stop()?;
        Ok(())
    })
}

#[test]
fn bytes_after_the_right_response_are_a_message_for_the_echo() -> Result<()> {
    at_once(Language::ALL, |language| {
        let server = Server::start("echo-server", language, &[])?;
        let (mut client, nonce) = challenged(&server)?;
        let response = Scheme::Md5.response(&Key::new("芝麻开门")?, nonce);
        client.write_all(&[response.as_bytes(), b"in one piece"].concat())?;
        client.shutdown(Shutdown::Write)?;
        let mut echo = String::new();
        client.read_to_string(&mut echo)?;
        assert!(echo.ends_with("] in one piece"), "{echo}");
        server.stop()?;
        Ok(())
    })
}

#[test]
fn a_client_that_receives_no_whole_nonce_says_so() -> Result<()> {
    type Serve = fn(TcpStream);
    let five: Serve = |mut server| drop(server.write_all(b"12345"));
    let too_few: Serve = |mut server| {
        let _ = server.write_all(&[0; 31]);
        stay_silent(server);
    };
    let no_response = "cannot receive the nonce: the server did not respond within 300ms";
    let cases: [(Serve, &str, &str); 4] = [
        (drop, "1m", "the peer closed the connection before sending its nonce"),
        (five, "1m", "the peer closed the connection after 5 of the 32 bytes of its nonce"),
        (stay_silent, "300ms", no_response),
        (too_few, "300ms", no_response),
    ];
    at_once(both(&["gate-client", "echo-client"]), |(name, language)| {
        for (serve, deadline, reason) in cases {
            let address = server_that(serve)?.to_string();
            let options = ["--connect", &address, "--deadline", deadline];
            fails(with_key(name, language, &options)?, 1, &[&format!("{name}: {address}: {reason}")])?;
        }
        Ok(())
    })
}

fn challenged(server: &Server) -> Result<(TcpStream, Nonce)> {
    let mut client = connect(server.address)?;
    let mut nonce = [0; Nonce::LEN];
    client.read_exact(&mut nonce)?;
    Ok((client, Nonce::from(nonce)))
}
