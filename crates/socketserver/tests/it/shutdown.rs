//! A server that is shut down ends, although clients are connected, and reports how it served them.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use anyhow::Result;
use socketserver::{AllowList, Connection, OverflowPolicy, Server, Timeouts};

use crate::server::{LONG, Running, deadline, echo_line, limits, read_until_closed};

fn start(grace: Duration) -> Result<Running> {
    Running::threaded(Timeouts { deadline: LONG, grace }, limits(8, OverflowPolicy::Wait), echo_line)
}

#[test]
fn a_server_without_clients_ends_at_once() -> Result<()> {
    let server = start(LONG)?;
    assert_eq!(server.request("hello")?, "hello\n");
    let start = Instant::now();
    let stats = server.stop()?;
    assert!(start.elapsed() < LONG / 2, "{:?}", start.elapsed());
    assert_eq!(stats.to_string(), "served 1: 1 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 0");
    Ok(())
}

#[test]
fn an_open_connection_can_finish_within_the_grace_period() -> Result<()> {
    let greet_and_echo = |mut client: &Connection| {
        client.write_all(b"hello\n")?;
        echo_line(client)
    };
    let server = Running::sequential(Timeouts { deadline: LONG, grace: LONG }, greet_and_echo)?;
    let address = server.address;
    let mut client = server.connect()?;
    client.read_exact(&mut [0; 6])?;
    client.write_all(b"nearly ")?;
    server.shutdown();
    while TcpStream::connect(address).is_ok() {}
    client.write_all(b"done\n")?;
    let start = Instant::now();
    assert_eq!(read_until_closed(client).0, b"nearly done\n");
    assert_eq!(server.wait()?.completed, 1);
    assert!(start.elapsed() < LONG / 2, "nobody waits for the rest of the grace period: {:?}", start.elapsed());
    TcpListener::bind(address)?;
    Ok(())
}

#[test]
fn a_connection_is_closed_after_the_grace_period() -> Result<()> {
    let grace = Duration::from_millis(300);
    let server = start(grace)?;
    let clients = (0..5).map(|_| server.connect()).collect::<Result<Vec<_>>>()?;
    assert_eq!(server.request("hello")?, "hello\n");
    let start = Instant::now();
    let stats = server.stop()?;
    assert!(start.elapsed() >= grace && start.elapsed() < grace + Duration::from_secs(2), "{:?}", start.elapsed());
    assert_eq!((stats.completed, stats.closed_at_shutdown), (1, 5));
    for client in clients {
        assert_eq!(read_until_closed(client).0, b"");
    }
    Ok(())
}

#[test]
fn a_second_shutdown_ends_the_grace_period() -> Result<()> {
    let server = start(LONG)?;
    let client = server.connect()?;
    assert_eq!(server.request("hello")?, "hello\n");
    server.shutdown();
    let start = Instant::now();
    assert_eq!(server.stop()?.closed_at_shutdown, 1);
    assert!(start.elapsed() < LONG / 2, "{:?}", start.elapsed());
    drop(client);
    Ok(())
}

#[test]
fn a_handler_that_never_returns_is_counted_and_left_behind() -> Result<()> {
    let (sender, serving) = std::sync::mpsc::channel();
    let handler = move |_: &Connection| {
        sender.send(())?;
        loop {
            std::thread::park();
        }
    };
    let server = Running::sequential(deadline(LONG), handler)?;
    let client = server.connect()?;
    serving.recv_timeout(LONG)?;
    assert_eq!(server.stop()?.closed_at_shutdown, 1);
    assert_eq!(read_until_closed(client).0, b"");
    Ok(())
}

#[test]
fn a_server_for_one_client_ends_after_it() -> Result<()> {
    for (line, completed) in [("the one", 1), ("panic", 0)] {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let server = Server::sequential(listener, deadline(LONG), AllowList::default())?.once(true);
        let server = Running::run(server, echo_line)?;
        server.request(line)?;
        assert_eq!(server.wait()?.completed, completed);
    }
    Ok(())
}
