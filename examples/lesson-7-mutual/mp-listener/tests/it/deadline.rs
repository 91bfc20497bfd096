//! One deadline covers the whole handshake, whatever the peer sends meanwhile. A peer that leaves is logged.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Result;
use programs::{Language, Process, Server, server_that};

use crate::peer::{frame, response};
use crate::{listener, with_key};

/// What a client does after it has received the challenge.
type Act = fn(&mut TcpStream, &[u8]) -> std::io::Result<()>;

#[test]
fn a_client_that_stalls_in_any_message_is_cut_at_the_deadline() -> Result<()> {
    let silent: Act = |_, _| Ok(());
    let dribble: Act = |client, _| {
        let start = Instant::now();
        // The length of a message, and more bytes of it than there is time for.
        let _ = client.write_all(&[0, 0, 0, 200]);
        while client.write_all(b"x").is_ok() {
            assert!(start.elapsed() < Duration::from_secs(5), "the listener still waits");
            sleep(Duration::from_millis(50));
        }
        Ok(())
    };
    let responds: Act = |client, challenge| client.write_all(&frame(&response(challenge)));
    let challenges: Act = |client, challenge| {
        client.write_all(&frame(&response(challenge)))?;
        client.write_all(&frame(&[b"#CHALLENGE#{sha256}", &[7; 40][..]].concat()))
    };
    for language in Language::ALL {
        let mut command = with_key("mp-listener", language)?;
        let mut server = Server::from_command(command.args(["--listen", "127.0.0.1:0", "--deadline", "300ms"]))?;
        for act in [silent, dribble, responds, challenges] {
            let (mut client, challenge) = challenged(&server)?;
            let peer = client.local_addr()?;
            act(&mut client, &challenge)?;
            let line = server.line(&peer.to_string())?;
            assert_eq!(line, format!("{peer}: the deadline passed"), "{language:?}");
        }
        assert!(server.stop()?.out().last().is_some_and(|line| line.contains(" 4 timed out, 0 failed")));
    }
    Ok(())
}

#[test]
fn a_client_that_leaves_in_any_message_is_logged() -> Result<()> {
    let closed = "the peer closed the connection before its message was complete";
    for language in Language::ALL {
        let mut server = listener(language)?;
        for sent in [&[][..], &[0, 0], &[0, 0, 0, 40], &[0, 0, 0, 40, b'{']] {
            let (mut client, _) = challenged(&server)?;
            let peer = client.local_addr()?;
            client.write_all(sent)?;
            drop(client);
            let line = server.line(&peer.to_string())?;
            assert_eq!(line, format!("{peer}: {closed}"), "{language:?} {sent:?}");
        }
        server.stop()?;
    }
    Ok(())
}

#[test]
fn a_client_does_not_wait_longer_for_a_listener_than_its_deadline() -> Result<()> {
    for language in Language::ALL {
        let address = server_that(|mut stream| {
            let _ = stream.write_all(&frame(&[b"#CHALLENGE#{sha256}", &[7; 40][..]].concat()));
            // The response comes, and no verdict follows.
            let _ = stream.read_to_end(&mut Vec::new());
        })?;
        let mut command = with_key("mp-client", language)?;
        command.args(["--connect", &address.to_string(), "--deadline", "300ms"]);
        let ended = Process::start(&mut command, b"hello\n")?.wait()?;
        let said = "the server did not respond within 300ms";
        assert_eq!(ended.err(), [format!("mp-client: {address}: {said}")], "{language:?}");
    }
    Ok(())
}

fn challenged(server: &Server) -> Result<(TcpStream, Vec<u8>)> {
    let mut client = TcpStream::connect(server.address)?;
    let mut message = [0; 63];
    client.read_exact(&mut message)?;
    Ok((client, message[15..].to_vec()))
}
