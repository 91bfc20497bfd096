//! N connections are served at once, and not N + 1.

use std::collections::HashSet;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::num::NonZeroUsize;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use anyhow::Result;
use programs::{Language, Server};
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
fn workers_are_reused() -> Result<()> {
    let (sender, threads) = channel();
    let handler = move |client: &Connection| {
        sender.send(thread::current().id())?;
        echo_line(client)
    };
    let server = Running::threaded(deadline(LONG), limits(100, OverflowPolicy::Wait), handler)?;
    for _ in 0..50 {
        assert_eq!(server.request("hello")?, "hello\n");
    }
    server.stop()?;
    let threads: HashSet<_> = threads.try_iter().collect();
    assert!(threads.len() < 10, "{} threads for one request after another", threads.len());
    Ok(())
}

#[test]
fn the_operator_learns_that_the_server_is_full_and_nothing_else() -> Result<()> {
    let waits = "all 2 connections are in use; new clients wait in the backlog (--max-connections)";
    let refused = "refused 127.0.0.1: all 2 connections are in use (--max-connections)";
    for language in Language::ALL {
        for (max, when_full, warning) in [(2, "wait", Some(waits)), (2, "close", Some(refused)), (1, "wait", None)] {
            let options = ["--deadline", "60s", "--max-connections", &max.to_string(), "--when-full", when_full];
            let mut server = Server::start("threaded-server", language, &options)?;
            let mut clients = (0..=max).map(|_| TcpStream::connect(server.address)).collect::<Result<Vec<_>, _>>()?;
            if let Some(warning) = warning {
                server.line(warning)?;
            } else {
                clients[0].write_all(b"hello")?;
                clients[0].read_to_end(&mut Vec::new())?;
            }
            // The others are open until the server closes them.
            let ended = server.stop()?;
            assert_eq!(ended.err(), warning.as_slice(), "{language:?}, {max}, {when_full}");
        }
    }
    Ok(())
}

#[test]
fn only_reasons_that_occurred_are_named() {
    let served = Stats { completed: 1, timed_out: 2, failed: 3, closed_at_shutdown: 4, ..Stats::default() };
    let begin = "served 10: 1 completed, 2 timed out, 3 failed, 4 closed at shutdown; refused";
    assert_eq!(served.to_string(), format!("{begin} 0"));
    let one = Stats { over_max_per_address: 5, ..served };
    assert_eq!(one.to_string(), format!("{begin} 5 (5 over --max-per-address)"));
    let all = Stats { over_max_connections: 6, not_in_allow: 7, ..one };
    let reasons = "18 (6 over --max-connections, 5 over --max-per-address, 7 not in --allow)";
    assert_eq!(all.to_string(), format!("{begin} {reasons}"));
}

fn connect_from(from: SocketAddr, to: SocketAddr) -> Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&from.into())?;
    socket.connect(&to.into())?;
    let client = TcpStream::from(socket);
    client.set_read_timeout(Some(LONG))?;
    Ok(client)
}
