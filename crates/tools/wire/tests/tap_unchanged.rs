//! Megabytes, both ways at the same time, arrive byte for byte; so does what the watcher sees.

mod shared;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;

use anyhow::Result;
use shared::{Pair, Seen, WAIT};
use wire::Direction::{ToClient, ToServer};

const LEN: usize = 5 * 1024 * 1024 + 7;

/// Bytes with no period that a buffer's size could hide.
fn bytes(seed: u32) -> Vec<u8> {
    let mut state = seed;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    std::iter::repeat_with(next).take(LEN).collect()
}

fn send_and_receive(stream: &TcpStream, message: &[u8]) -> Result<Vec<u8>> {
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut stream = stream;
            // In pieces of all sizes.
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
        let mut stream = stream;
        stream.read_to_end(&mut received)?;
        Ok(received)
    })
}

#[test]
fn megabytes_pass_both_ways_byte_for_byte() -> Result<()> {
    let Pair { client, server, seen, tap: _tap } = Pair::new()?;
    let (question, answer) = (bytes(1), bytes(2));

    let (at_server, at_client) = thread::scope(|scope| {
        let at_server = scope.spawn(|| send_and_receive(&server, &answer));
        let at_client = send_and_receive(&client, &question);
        (at_server.join().expect("no panic"), at_client)
    });
    assert!(at_server? == question, "what the server received is not what the client sent");
    assert!(at_client? == answer, "what the client received is not what the server sent");

    let mut watched = [Vec::new(), Vec::new()];
    loop {
        match seen.recv_timeout(WAIT)? {
            (1, Seen::Bytes(ToServer, piece)) => watched[0].extend(piece),
            (1, Seen::Bytes(ToClient, piece)) => watched[1].extend(piece),
            (1, Seen::Closed) => break,
            (1, _) => {}
            (other, _) => panic!("connection {other}"),
        }
    }
    assert!(watched == [question, answer], "the watcher saw something else");
    Ok(())
}

#[test]
fn a_piece_passes_while_the_sender_goes_on_and_each_connection_has_its_number() -> Result<()> {
    let pair = Pair::new()?;
    let (client, server) = pair.another()?;
    let (mut first_at_server, mut second_at_server) = (&pair.server, &server);
    let mut byte = [0];
    for (mut client, server, sent) in
        [(&client, &mut second_at_server, b"b"), (&pair.client, &mut first_at_server, b"a")]
    {
        client.write_all(sent)?;
        server.read_exact(&mut byte)?;
        assert_eq!(&byte, sent);
    }
    let pieces: Vec<_> = pair.seen.try_iter().filter(|(_, seen)| matches!(seen, Seen::Bytes(..))).collect();
    let expected = [(2, Seen::Bytes(ToServer, b"b".to_vec())), (1, Seen::Bytes(ToServer, b"a".to_vec()))];
    assert_eq!(pieces, expected);
    Ok(())
}
