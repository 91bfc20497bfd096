//! Whatever a client answers to a challenge: the server says what it was, lets nobody in, and serves the next.

use crate::common;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use anyhow::Result;
use auth::{Key, Nonce, Scheme};
use common::{LONG, served, system_error};
use programs::{Language, Server};
use socket2::SockRef;

/// What a client does with the nonce, and what the server is to say of it.
type Rudeness = (&'static str, fn(TcpStream, &Nonce) -> Result<()>, fn(Scheme) -> String);

const RUDE: [Rudeness; 6] = [
    ("a wrong answer", wrong, |_| "rejected, it does not hold the key".to_owned()),
    ("a short answer", short, |scheme| {
        format!("the peer closed the connection after 5 of the {} bytes of its response", scheme.response_len())
    }),
    ("an empty answer", empty, |_| "the peer closed the connection before sending its response".to_owned()),
    ("no answer", silent, |_| "cannot receive the response: the deadline passed".to_owned()),
    ("a reset", reset, |_| "cannot receive the response: Connection reset by peer (os error 104)".to_owned()),
    ("a reset in the middle", reset_in_the_middle, |_| {
        "cannot receive the response: Connection reset by peer (os error 104)".to_owned()
    }),
];

fn wrong(mut client: TcpStream, _: &Nonce) -> Result<()> {
    client.write_all(&[b'0'; 32])?;
    closed(client)
}

fn short(mut client: TcpStream, _: &Nonce) -> Result<()> {
    client.write_all(&[b'0'; 5])?;
    client.shutdown(Shutdown::Write)?;
    closed(client)
}

fn empty(client: TcpStream, _: &Nonce) -> Result<()> {
    client.shutdown(Shutdown::Write)?;
    closed(client)
}

fn silent(client: TcpStream, _: &Nonce) -> Result<()> {
    closed(client)
}

fn reset(client: TcpStream, _: &Nonce) -> Result<()> {
    Ok(SockRef::from(&client).set_linger(Some(Duration::ZERO))?)
}

fn reset_in_the_middle(mut client: TcpStream, _: &Nonce) -> Result<()> {
    client.write_all(&[b'0'; 5])?;
    reset(client, &Nonce::from([0; 32]))
}

/// The server closes without a word; a reset is what is left of a close where it had not read all.
fn closed(mut client: TcpStream) -> Result<()> {
    let mut said = Vec::new();
    let _ = client.read_to_end(&mut said);
    assert_eq!(said, b"");
    Ok(())
}

fn challenged(server: &Server) -> Result<(TcpStream, Nonce)> {
    let mut client = TcpStream::connect(server.address)?;
    client.set_read_timeout(Some(LONG))?;
    let mut nonce = [0; Nonce::LEN];
    client.read_exact(&mut nonce)?;
    Ok((client, Nonce::from(nonce)))
}

#[test]
fn each_is_told_and_the_next_is_served() -> Result<()> {
    let servers = [("gate-server", Scheme::Md5Hex), ("echo-server", Scheme::Md5)];
    for ((name, scheme), language) in servers.into_iter().flat_map(|server| Language::ALL.map(|l| (server, l))) {
        let mut server = Server::start(name, language, &["--deadline", "500ms"])?;
        for (what, rude, told) in RUDE {
            let (client, nonce) = challenged(&server)?;
            let peer = client.local_addr()?;
            rude(client, &nonce)?;
            let told = system_error(&told(scheme), language);
            assert_eq!(server.line(&peer.to_string())?, format!("{peer}: {told}"), "{name} {language:?}: {what}");
            served(name, server.address)?;
        }
        server.stop()?;
    }
    Ok(())
}

#[test]
fn more_than_the_right_answer_is_a_wrong_one_at_the_gate() -> Result<()> {
    for language in Language::ALL {
        let mut server = Server::start("gate-server", language, &[])?;
        let (mut client, nonce) = challenged(&server)?;
        let answer = Scheme::Md5Hex.response(&Key::new("老衲洗头用飘柔")?, nonce);
        client.write_all(&[answer.as_bytes(), b"\n"].concat())?;
        let peer = client.local_addr()?;
        assert_eq!(server.line(&peer.to_string())?, format!("{peer}: rejected, it does not hold the key"));
        server.stop()?;
    }
    Ok(())
}

#[test]
fn what_follows_the_right_answer_is_a_message_to_the_echo() -> Result<()> {
    for language in Language::ALL {
        let server = Server::start("echo-server", language, &[])?;
        let (mut client, nonce) = challenged(&server)?;
        let answer = Scheme::Md5.response(&Key::new("芝麻开门")?, nonce);
        client.write_all(&[answer.as_bytes(), b"in one piece"].concat())?;
        client.shutdown(Shutdown::Write)?;
        let mut echo = String::new();
        client.read_to_string(&mut echo)?;
        assert!(echo.ends_with("] in one piece"), "{echo}");
        server.stop()?;
    }
    Ok(())
}
