//! Where one side has said all, the other may still answer.

mod shared;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use anyhow::Result;
use shared::{Pair, Seen};
use wire::Direction::{ToClient, ToServer};

fn say_all_then_be_answered(mut first: &TcpStream, mut second: &TcpStream) -> Result<()> {
    let mut received = String::new();
    first.write_all(b"all that I say")?;
    first.shutdown(Shutdown::Write)?;
    second.read_to_string(&mut received)?;
    assert_eq!(received, "all that I say");

    received.clear();
    second.write_all(b"an answer")?;
    second.shutdown(Shutdown::Write)?;
    first.read_to_string(&mut received)?;
    assert_eq!(received, "an answer");
    Ok(())
}

#[test]
fn a_client_that_has_said_all_is_still_answered() -> Result<()> {
    let pair = Pair::new()?;
    let opened = Seen::Opened {
        client: pair.client.local_addr()?,
        seen_by_server: pair.server.peer_addr()?,
        server: pair.server.local_addr()?,
    };
    say_all_then_be_answered(&pair.client, &pair.server)?;

    assert_eq!(pair.next()?, opened);
    assert_eq!(pair.next()?, Seen::Bytes(ToServer, b"all that I say".to_vec()));
    assert_eq!(pair.next()?, Seen::End(ToServer));
    assert_eq!(pair.next()?, Seen::Bytes(ToClient, b"an answer".to_vec()));
    assert_eq!(pair.next()?, Seen::End(ToClient));
    assert_eq!(pair.next()?, Seen::Closed);
    Ok(())
}

#[test]
fn a_server_that_has_said_all_still_hears_its_client() -> Result<()> {
    let pair = Pair::new()?;
    say_all_then_be_answered(&pair.server, &pair.client)
}
