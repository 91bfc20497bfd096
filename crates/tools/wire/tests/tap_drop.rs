//! A tap that is dropped listens no more, and cuts what is open.

mod shared;

use std::io::{ErrorKind, Read};
use std::net::TcpStream;

use anyhow::Result;
use shared::Pair;

#[test]
fn a_dropped_tap_takes_no_more_and_cuts_what_is_open() -> Result<()> {
    let Pair { mut client, mut server, tap: (tap, _listener), .. } = Pair::new()?;
    let address = tap.local_addr();
    drop(tap);

    assert_eq!(client.read(&mut [0; 16])?, 0);
    assert_eq!(server.read(&mut [0; 16])?, 0);
    let error = TcpStream::connect(address).expect_err("nobody listens");
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    Ok(())
}
