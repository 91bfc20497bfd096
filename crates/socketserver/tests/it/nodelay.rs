//! A server sends each write at once.

use std::net::{TcpListener, TcpStream};

use anyhow::Result;
use socketserver::{AllowList, Server};

use crate::server::{LONG, deadline};

#[test]
fn connections_inherit_nodelay_from_their_listener() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let same_listener = listener.try_clone()?;
    let server = Server::sequential(listener, deadline(LONG), AllowList::default())?;
    let _client = TcpStream::connect(server.local_addr()?)?;
    assert!(same_listener.accept()?.0.nodelay()?);
    Ok(())
}
