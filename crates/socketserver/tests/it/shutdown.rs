//! A server that is told to end does so, with clients connected too, and says what it served.

use crate::common;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use anyhow::Result;
use common::{LONG, Running, crowd, echo_line, limits, until_closed};
use socketserver::{AllowList, Connection, OverflowPolicy, Server, Timeouts};

#[test]
fn without_clients_it_ends_at_once() -> Result<()> {
    let server =
        Running::threading(Timeouts { grace: LONG, ..limits(LONG) }, crowd(8, OverflowPolicy::Wait), echo_line)?;
    assert_eq!(server.ask("hello")?, "hello\n");
    let start = Instant::now();
    let served = server.stop()?;
    assert!(start.elapsed() < LONG / 2, "{:?}", start.elapsed());
    assert_eq!(served.to_string(), "served 1: 1 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 0");
    Ok(())
}

#[test]
fn an_open_connection_may_finish_within_the_grace_time() -> Result<()> {
    let greet =
        |mut client: &Connection| client.write_all(b"hello\n").map_err(Into::into).and_then(|()| echo_line(client));
    let server = Running::sequential(Timeouts { grace: LONG, ..limits(LONG) }, greet)?;
    let address = server.address;
    let mut client = server.connect()?;
    // Only who is served already is given time to finish.
    client.read_exact(&mut [0; 6])?;
    client.write_all(b"nearly ")?;
    server.shutdown();
    while TcpStream::connect(address).is_ok() {}
    client.write_all(b"done\n")?;
    let start = Instant::now();
    assert_eq!(until_closed(client).0, b"nearly done\n");
    assert_eq!(server.wait()?.completed, 1);
    // What is left of the time nobody waits for.
    assert!(start.elapsed() < LONG / 2, "{:?}", start.elapsed());
    // And the port is free.
    TcpListener::bind(address)?;
    Ok(())
}

#[test]
fn one_that_stays_is_cut_after_it() -> Result<()> {
    let grace = Duration::from_millis(300);
    let server = Running::threading(Timeouts { grace, ..limits(LONG) }, crowd(8, OverflowPolicy::Wait), echo_line)?;
    let clients = (0..5).map(|_| server.connect()).collect::<Result<Vec<_>>>()?;
    assert_eq!(server.ask("hello")?, "hello\n");
    let start = Instant::now();
    let served = server.stop()?;
    assert!(start.elapsed() >= grace && start.elapsed() < grace + Duration::from_secs(2), "{:?}", start.elapsed());
    assert_eq!((served.completed, served.closed_at_shutdown), (1, 5));
    for client in clients {
        assert_eq!(until_closed(client).0, b"");
    }
    Ok(())
}

#[test]
fn told_twice_it_does_not_wait() -> Result<()> {
    let server =
        Running::threading(Timeouts { grace: LONG, ..limits(LONG) }, crowd(8, OverflowPolicy::Wait), echo_line)?;
    let client = server.connect()?;
    assert_eq!(server.ask("hello")?, "hello\n");
    server.shutdown();
    let start = Instant::now();
    assert_eq!(server.stop()?.closed_at_shutdown, 1);
    assert!(start.elapsed() < LONG / 2, "{:?}", start.elapsed());
    drop(client);
    Ok(())
}

#[test]
fn a_server_for_one_request_ends_after_it() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let server = Server::sequential(listener, limits(LONG), AllowList::default())?;
    let serving = std::thread::spawn(move || server.run_once(echo_line));
    let mut client = TcpStream::connect(address)?;
    client.write_all(b"the one\n")?;
    let mut answer = String::new();
    client.read_to_string(&mut answer)?;
    assert_eq!(answer, "the one\n");
    assert_eq!(serving.join().expect("no panic")?.completed, 1);
    Ok(())
}
