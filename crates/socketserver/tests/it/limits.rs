//! N connections are served at once, and not N + 1.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::num::NonZeroUsize;
use std::time::Duration;

use anyhow::Result;
use socket2::{Domain, Socket, Type};
use socketserver::{Connection, ConnectionLimits, OverflowPolicy, Stats};

use crate::server::{LONG, Running, deadline, echo_line, limits, read_until_closed};

const N: usize = 3;

/// Greets first, so that a client knows that it is served.
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

/// Starts a server, and N clients that it serves.
fn full_server(limits: ConnectionLimits) -> Result<(Running, Vec<TcpStream>)> {
    let server = Running::threaded(deadline(LONG), limits, greet_and_echo)?;
    let mut clients = Vec::new();
    for _ in 0..N {
        let mut client = server.connect()?;
        assert!(is_served(&mut client)?);
        clients.push(client);
    }
    Ok((server, clients))
}

#[test]
fn one_more_waits_until_another_leaves() -> Result<()> {
    let (server, mut clients) = full_server(limits(N, OverflowPolicy::Wait))?;
    let mut newcomer = server.connect()?;
    newcomer.set_read_timeout(Some(Duration::from_millis(200)))?;
    let error = newcomer.read(&mut [0; 6]).map_err(|error| error.kind());
    assert_eq!(error, Err(ErrorKind::WouldBlock), "one more than N clients is served");
    newcomer.set_read_timeout(Some(LONG))?;
    clients.pop();
    assert!(is_served(&mut newcomer)?);
    drop((clients, newcomer));
    assert!(server.stop()?.to_string().ends_with("; refused 0"));
    Ok(())
}

#[test]
fn one_more_is_closed_at_once() -> Result<()> {
    let (server, mut clients) = full_server(limits(N, OverflowPolicy::Close))?;
    for _ in 0..5 {
        assert!(!is_served(&mut server.connect()?)?);
    }
    let mut client = clients.remove(0);
    client.write_all(b"bye\n")?;
    assert_eq!(read_until_closed(client).0, b"bye\n");
    assert!(is_served(&mut server.connect()?)?);
    drop(clients);
    assert!(server.stop()?.to_string().ends_with("; refused 5 (5 over --max-connections)"));
    Ok(())
}

#[test]
fn each_address_has_a_limit_of_its_own() -> Result<()> {
    let limits = ConnectionLimits { max_per_address: NonZeroUsize::new(N), ..limits(4 * N, OverflowPolicy::Wait) };
    let (server, mut clients) = full_server(limits)?;
    assert!(!is_served(&mut server.connect()?)?);
    let mut other = connect_from("127.0.0.2:0".parse()?, server.address)?;
    assert!(is_served(&mut other)?);
    let mut client = clients.remove(0);
    client.write_all(b"bye\n")?;
    assert_eq!(read_until_closed(client).0, b"bye\n");
    assert!(is_served(&mut server.connect()?)?);
    drop((clients, other));
    assert!(server.stop()?.to_string().ends_with("; refused 1 (1 over --max-per-address)"));
    Ok(())
}

#[test]
fn only_reasons_that_occurred_are_named() {
    let (completed, refused) =
        (Stats { completed: 1, ..Stats::default() }, Stats { over_max_connections: 2, ..Stats::default() });
    let begin = "0 timed out, 0 failed, 0 closed at shutdown; refused";
    assert_eq!(completed.to_string(), format!("served 1: 1 completed, {begin} 0"));
    let all = Stats { over_max_per_address: 3, not_in_allow: 4, ..refused };
    let reasons = "9 (2 over --max-connections, 3 over --max-per-address, 4 not in --allow)";
    assert_eq!(all.to_string(), format!("served 0: 0 completed, {begin} {reasons}"));
}

fn connect_from(from: SocketAddr, to: SocketAddr) -> Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&from.into())?;
    socket.connect(&to.into())?;
    let client = TcpStream::from(socket);
    client.set_read_timeout(Some(LONG))?;
    Ok(client)
}
