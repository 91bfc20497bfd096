//! A reset on one side is a reset on the other, and no clean end.

mod shared;

use std::io::{ErrorKind, Read};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use anyhow::Result;
use shared::{Pair, Seen, WAIT, tap_to};
use socket2::SockRef;
use wire::Direction::{self, ToClient, ToServer};

fn reset(stream: TcpStream) -> Result<()> {
    Ok(SockRef::from(&stream).set_linger(Some(Duration::ZERO))?)
}

fn assert_reset(mut stream: &TcpStream) {
    let read = stream.read(&mut [0; 16]).map_err(|error| error.kind());
    assert_eq!(read, Err(ErrorKind::ConnectionReset));
}

fn assert_told(seen: &Receiver<(u64, Seen)>, direction: Direction) -> Result<()> {
    assert!(matches!(seen.recv_timeout(WAIT)?, (1, Seen::Opened { .. })));
    assert_eq!(seen.recv_timeout(WAIT)?, (1, Seen::Reset(direction)));
    assert_eq!(seen.recv_timeout(WAIT)?, (1, Seen::Closed));
    Ok(())
}

#[test]
fn a_client_s_reset_reaches_the_server() -> Result<()> {
    let Pair { client, server, seen, tap: _tap } = Pair::new()?;
    reset(client)?;
    assert_reset(&server);
    assert_told(&seen, ToServer)
}

#[test]
fn a_server_s_reset_reaches_the_client() -> Result<()> {
    let Pair { client, server, seen, tap: _tap } = Pair::new()?;
    reset(server)?;
    assert_reset(&client);
    assert_told(&seen, ToClient)
}

#[test]
fn a_client_is_reset_where_no_server_listens() -> Result<()> {
    let nobody = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let (tap, seen) = tap_to(nobody)?;
    let client = TcpStream::connect(tap.local_addr())?;
    client.set_read_timeout(Some(WAIT))?;
    assert_reset(&client);
    assert_eq!(seen.recv_timeout(WAIT)?, (1, Seen::Unreachable));
    Ok(())
}
