//! As many connections at once as there may be, and not one more.

use crate::common;

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::num::NonZeroUsize;
use std::time::Duration;

use anyhow::Result;
use common::{LONG, Running, crowd, echo_line, limits, until_closed};
use socket2::{Domain, Socket, Type};
use socketserver::{Connection, ConnectionLimits, OverflowPolicy, Rejections};

const N: usize = 3;

/// Greets first, so that a client knows that it is being served.
fn greet_and_echo(mut client: &Connection) -> Result<()> {
    client.write_all(b"hello\n")?;
    echo_line(client)
}

fn is_served(client: &mut TcpStream) -> Result<bool> {
    let mut greeting = [0; 6];
    match client.read_exact(&mut greeting) {
        Ok(()) => Ok(&greeting == b"hello\n"),
        Err(error) if matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[test]
fn one_more_waits_until_another_leaves() -> Result<()> {
    let server = Running::threading(limits(LONG), crowd(N, OverflowPolicy::Wait), greet_and_echo)?;
    let mut clients = Vec::new();
    for _ in 0..N {
        let mut client = server.connect()?;
        assert!(is_served(&mut client)?);
        clients.push(client);
    }
    let mut newcomer = server.connect()?;
    newcomer.set_read_timeout(Some(Duration::from_millis(200)))?;
    let waits = newcomer.read(&mut [0; 6]).expect_err("it is not served");
    assert!(matches!(waits.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{waits}");
    newcomer.set_read_timeout(Some(LONG))?;
    clients.pop();
    assert!(is_served(&mut newcomer)?);
    drop((clients, newcomer));
    assert_eq!(server.stop()?.refused.total(), 0);
    Ok(())
}

#[test]
fn one_more_is_closed_at_once() -> Result<()> {
    let server = Running::threading(limits(LONG), crowd(N, OverflowPolicy::Close), greet_and_echo)?;
    let mut clients = Vec::new();
    for _ in 0..N {
        let mut client = server.connect()?;
        assert!(is_served(&mut client)?);
        clients.push(client);
    }
    for _ in 0..5 {
        assert!(!is_served(&mut server.connect()?)?);
    }
    let mut leaver = clients.pop().expect("N clients");
    leaver.write_all(b"bye\n")?;
    assert_eq!(until_closed(leaver).0, b"bye\n");
    assert!(is_served(&mut server.connect()?)?);
    drop(clients);
    assert_eq!(server.stop()?.refused, Rejections { over_max_connections: 5, ..Rejections::default() });
    Ok(())
}

#[test]
fn one_address_has_its_share_and_others_theirs() -> Result<()> {
    let crowd = ConnectionLimits { max_per_address: NonZeroUsize::new(N), ..crowd(4 * N, OverflowPolicy::Wait) };
    let server = Running::threading(limits(LONG), crowd, greet_and_echo)?;
    let mut clients = Vec::new();
    for _ in 0..N {
        let mut client = server.connect()?;
        assert!(is_served(&mut client)?);
        clients.push(client);
    }
    assert!(!is_served(&mut server.connect()?)?);
    let mut elsewhere = connect_from("127.0.0.2:0".parse()?, server.address)?;
    assert!(is_served(&mut elsewhere)?);
    drop(clients.pop());
    // The place is free once the server has seen that client leave, which it shows by serving another.
    while !is_served(&mut server.connect()?)? {}
    drop((clients, elsewhere));
    let refused = server.stop()?.refused;
    assert!(refused.over_max_per_address >= 1 && refused.total() == refused.over_max_per_address, "{refused}");
    Ok(())
}

fn connect_from(from: SocketAddr, to: SocketAddr) -> Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&from.into())?;
    socket.connect(&to.into())?;
    let client = TcpStream::from(socket);
    client.set_read_timeout(Some(LONG))?;
    Ok(client)
}
