//! A tap forwards bytes, half-closes and resets as they are, and reports them.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use socket2::SockRef;
use wire::Direction::{self, ToClient, ToServer};
use wire::{Event, Tap};

/// Longer than anything here takes.
const WAIT: Duration = Duration::from_secs(30);

/// An event, kept.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Seen {
    Opened { client: SocketAddr, seen_by_server: SocketAddr, server: SocketAddr },
    Unreachable,
    Bytes(Direction, Vec<u8>),
    End(Direction),
    Reset(Direction),
    Closed,
}

/// The two ends of a connection through a tap.
struct Pair {
    client: TcpStream,
    server: TcpStream,
    seen: Receiver<(u64, Seen)>,
    tap: Tap,
    listener: TcpListener,
}

impl Pair {
    fn new() -> Result<Pair> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let (tap, seen) = tap_to(listener.local_addr()?)?;
        let (client, server) = connect(&tap, &listener)?;
        Ok(Pair { client, server, seen, tap, listener })
    }

    /// Returns the next event of the first connection.
    fn next(&self) -> Result<Seen> {
        let (connection, seen) = self.seen.recv_timeout(WAIT)?;
        assert_eq!(connection, 1);
        Ok(seen)
    }
}

fn tap_to(server: SocketAddr) -> Result<(Tap, Receiver<(u64, Seen)>)> {
    let (sender, seen) = channel();
    let tap = Tap::start(TcpListener::bind("127.0.0.1:0")?, server, move |connection, event| {
        let kept = match event {
            Event::Opened { client, seen_by_server, server } => Seen::Opened { client, seen_by_server, server },
            Event::Unreachable(_) => Seen::Unreachable,
            Event::Bytes(direction, bytes) => Seen::Bytes(direction, bytes.to_vec()),
            Event::End(direction) => Seen::End(direction),
            Event::Reset(direction) => Seen::Reset(direction),
            Event::Closed => Seen::Closed,
        };
        let _ = sender.send((connection, kept));
    })?;
    Ok((tap, seen))
}

fn connect(tap: &Tap, listener: &TcpListener) -> Result<(TcpStream, TcpStream)> {
    let client = TcpStream::connect(tap.local_addr())?;
    let (server, _) = listener.accept()?;
    for stream in [&client, &server] {
        stream.set_read_timeout(Some(WAIT))?;
        stream.set_write_timeout(Some(WAIT))?;
    }
    Ok((client, server))
}

/// One side sends everything and shuts down its half; the other can still reply.
fn ask_and_reply(first: &TcpStream, second: &TcpStream) -> Result<()> {
    for (text, mut from, mut to) in [("a question", first, second), ("a reply", second, first)] {
        let mut received = String::new();
        from.write_all(text.as_bytes())?;
        from.shutdown(Shutdown::Write)?;
        to.read_to_string(&mut received)?;
        assert_eq!(received, text);
    }
    Ok(())
}

#[test]
fn a_half_close_is_forwarded_in_either_direction() -> Result<()> {
    let pair = Pair::new()?;
    let opened = Seen::Opened {
        client: pair.client.local_addr()?,
        seen_by_server: pair.server.peer_addr()?,
        server: pair.server.local_addr()?,
    };
    ask_and_reply(&pair.client, &pair.server)?;
    let expected = [
        opened,
        Seen::Bytes(ToServer, b"a question".to_vec()),
        Seen::End(ToServer),
        Seen::Bytes(ToClient, b"a reply".to_vec()),
        Seen::End(ToClient),
        Seen::Closed,
    ];
    for event in expected {
        assert_eq!(pair.next()?, event);
    }

    let pair = Pair::new()?;
    ask_and_reply(&pair.server, &pair.client)
}

fn reset(stream: TcpStream) -> Result<()> {
    Ok(SockRef::from(&stream).set_linger(Some(Duration::ZERO))?)
}

fn assert_reset(mut stream: &TcpStream) {
    let read = stream.read(&mut [0; 16]).map_err(|error| error.kind());
    assert_eq!(read, Err(ErrorKind::ConnectionReset));
}

#[test]
fn a_reset_of_either_side_reaches_the_other() -> Result<()> {
    for direction in [ToServer, ToClient] {
        let Pair { client, server, seen, tap: _tap, .. } = Pair::new()?;
        let (sender, receiver) = if direction == ToServer { (client, server) } else { (server, client) };
        reset(sender)?;
        assert_reset(&receiver);
        assert!(matches!(seen.recv_timeout(WAIT)?, (1, Seen::Opened { .. })));
        assert_eq!(seen.recv_timeout(WAIT)?, (1, Seen::Reset(direction)));
        assert_eq!(seen.recv_timeout(WAIT)?, (1, Seen::Closed));
    }
    Ok(())
}

#[test]
fn a_client_is_reset_if_the_server_is_unreachable() -> Result<()> {
    let nobody = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let (tap, seen) = tap_to(nobody)?;
    let client = TcpStream::connect(tap.local_addr())?;
    client.set_read_timeout(Some(WAIT))?;
    assert_reset(&client);
    assert_eq!(seen.recv_timeout(WAIT)?, (1, Seen::Unreachable));
    Ok(())
}

#[test]
fn a_dropped_tap_stops_listening_and_closes_open_connections() -> Result<()> {
    let Pair { mut client, mut server, tap, .. } = Pair::new()?;
    let address = tap.local_addr();
    drop(tap);
    assert_eq!(client.read(&mut [0; 16])?, 0);
    assert_eq!(server.read(&mut [0; 16])?, 0);
    let error = TcpStream::connect(address).expect_err("nothing listens there");
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    Ok(())
}

#[test]
fn a_piece_is_forwarded_before_the_next_and_each_connection_has_its_number() -> Result<()> {
    let pair = Pair::new()?;
    let (client, server) = connect(&pair.tap, &pair.listener)?;
    for (mut client, mut server, sent) in [(&client, &server, b"b"), (&pair.client, &pair.server, b"a")] {
        let mut byte = [0];
        client.write_all(sent)?;
        server.read_exact(&mut byte)?;
        assert_eq!(&byte, sent);
    }
    let pieces: Vec<_> = pair.seen.try_iter().filter(|(_, seen)| matches!(seen, Seen::Bytes(..))).collect();
    let expected = [(2, Seen::Bytes(ToServer, b"b".to_vec())), (1, Seen::Bytes(ToServer, b"a".to_vec()))];
    assert_eq!(pieces, expected);
    Ok(())
}

const LEN: usize = 5 * 1024 * 1024 + 7;

/// Bytes with no period that could hide behind a buffer's size.
fn bytes(seed: u32) -> Vec<u8> {
    let mut state = seed;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    std::iter::repeat_with(next).take(LEN).collect()
}

/// Sends a message in pieces of many sizes while it receives the other.
fn send_and_receive(mut stream: &TcpStream, message: &[u8]) -> Result<Vec<u8>> {
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut rest = message;
            let mut size = 1;
            while !rest.is_empty() {
                let (piece, others) = rest.split_at(size.min(rest.len()));
                stream.write_all(piece)?;
                (rest, size) = (others, size * 3 % 100_003);
            }
            stream.shutdown(Shutdown::Write)
        });
        let mut received = Vec::new();
        stream.read_to_end(&mut received)?;
        Ok(received)
    })
}

#[test]
fn megabytes_arrive_unchanged_in_both_directions() -> Result<()> {
    let Pair { client, server, seen, tap: _tap, .. } = Pair::new()?;
    let (question, reply) = (bytes(1), bytes(2));
    let (at_server, at_client) = thread::scope(|scope| {
        let at_server = scope.spawn(|| send_and_receive(&server, &reply));
        let at_client = send_and_receive(&client, &question);
        (at_server.join().expect("no panic"), at_client)
    });
    assert!(at_server? == question, "the server received other bytes than the client sent");
    assert!(at_client? == reply, "the client received other bytes than the server sent");

    let mut watched = [Vec::new(), Vec::new()];
    loop {
        match seen.recv_timeout(WAIT)?.1 {
            Seen::Bytes(ToServer, piece) => watched[0].extend(piece),
            Seen::Bytes(ToClient, piece) => watched[1].extend(piece),
            Seen::Closed => break,
            _ => {}
        }
    }
    assert!(watched == [question, reply], "the watcher saw other bytes");
    Ok(())
}
