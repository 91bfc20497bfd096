//! What `--save` writes is read back: packets with right numbers, flags and checksums, whose bytes are those that passed.

mod shared;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use etherparse::{NetSlice, SlicedPacket, TcpHeader, TransportSlice};
use programs::Signal;
use shared::{connect, reset, tap};

struct Segment {
    from: u16,
    tcp: TcpHeader,
    bytes: Vec<u8>,
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// All segments of the file, each with its checksums looked at.
fn segments(name: &str) -> Result<Vec<Segment>> {
    let content = fs::read(file(name))?;
    let (header, mut records) = content.split_at_checked(24).context("no header")?;
    ensure!(header == b"\xa1\xb2\x3c\x4d\0\x02\0\x04\0\0\0\0\0\0\0\0\0\0\xff\xff\0\0\0\x65", "{header:02x?}");
    let mut segments = Vec::new();
    while let Some((header, rest)) = records.split_first_chunk::<16>() {
        let [_, _, length, original] =
            [0, 4, 8, 12].map(|at| header[at..at + 4].iter().fold(0, |n, b| n << 8 | usize::from(*b)));
        ensure!(length == original, "cut");
        let (packet, rest) = rest.split_at_checked(length).context("the last packet is not complete")?;
        records = rest;
        let sliced = SlicedPacket::from_ip(packet)?;
        let Some(TransportSlice::Tcp(tcp)) = &sliced.transport else { anyhow::bail!("no TCP") };
        let expected = match sliced.net.as_ref().context("no IP")? {
            NetSlice::Ipv4(ip) => {
                ensure!(
                    ip.header().header_checksum() == ip.header().to_header().calc_header_checksum(),
                    "IP's checksum"
                );
                tcp.calc_checksum_ipv4(ip.header().source(), ip.header().destination())?
            }
            NetSlice::Ipv6(ip) => tcp.calc_checksum_ipv6(ip.header().source(), ip.header().destination())?,
            NetSlice::Arp(_) => anyhow::bail!("no IP"),
        };
        ensure!(tcp.checksum() == expected, "TCP's checksum");
        segments.push(Segment { from: tcp.source_port(), tcp: tcp.to_header(), bytes: tcp.payload().to_vec() });
    }
    ensure!(records.is_empty(), "the last header is not complete");
    Ok(segments)
}

/// The bytes that went from this port, put together by their sequence numbers.
fn stream(segments: &[Segment], from: u16) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for segment in segments.iter().filter(|segment| segment.from == from && !segment.bytes.is_empty()) {
        // SYN has number 0.
        ensure!(segment.tcp.sequence_number as usize == bytes.len() + 1, "bytes are missing, or there twice");
        bytes.extend(&segment.bytes);
    }
    Ok(bytes)
}

fn flags(segment: &Segment) -> String {
    let TcpHeader { syn, psh, fin, rst, ack, .. } = segment.tcp;
    [(syn, 'S'), (psh, 'P'), (fin, 'F'), (rst, 'R'), (ack, '.')]
        .iter()
        .filter(|(set, _)| *set)
        .map(|(_, flag)| flag)
        .collect()
}

fn a_conversation_is_saved(listen: &str, name: &str) -> Result<()> {
    let listener = TcpListener::bind(listen)?;
    let path = file(name);
    let mut tap = tap(listener.local_addr()?, &["--save", path.to_str().context("a path")?])?;
    let (mut client, mut server) = connect(&tap, &listener)?;
    let (client_port, server_port) = (server.peer_addr()?.port(), listener.local_addr()?.port());
    client.write_all(b"question")?;
    server.read_exact(&mut [0; 8])?;
    let answer = vec![b'a'; 200_000];
    server.write_all(&answer)?;
    drop(server);
    client.read_to_end(&mut Vec::new())?;
    drop(client);
    tap.line("closed")?;
    tap.stop()?;

    let segments = segments(name)?;
    assert_eq!(stream(&segments, client_port)?, b"question");
    assert_eq!(stream(&segments, server_port)?, answer);
    let all: Vec<_> = segments.iter().map(flags).collect();
    assert_eq!(all[..5], ["S", "S.", ".", "P.", "."]);
    assert_eq!(all[all.len() - 4..], ["F.", ".", "F.", "."]);
    let [.., server_fin, server_fin_seen, client_fin, last] = &segments[..] else { anyhow::bail!("too few") };
    assert_eq!(server_fin_seen.tcp.acknowledgment_number, server_fin.tcp.sequence_number + 1);
    assert_eq!((client_fin.tcp.sequence_number, last.tcp.acknowledgment_number), (9, 10));
    Ok(fs::remove_file(path)?)
}

#[test]
fn a_conversation_over_ipv4_is_saved() -> Result<()> {
    a_conversation_is_saved("127.0.0.1:0", "ipv4.pcap")
}

#[test]
fn a_conversation_over_ipv6_is_saved() -> Result<()> {
    if TcpListener::bind("[::1]:0").is_err() {
        // The machine has none.
        return Ok(());
    }
    a_conversation_is_saved("[::1]:0", "ipv6.pcap")
}

#[test]
fn a_reset_is_saved_once() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let path = file("reset.pcap");
    let mut tap = tap(listener.local_addr()?, &["--save", path.to_str().context("a path")?])?;
    let (client, _server) = connect(&tap, &listener)?;
    reset(client)?;
    tap.line("closed")?;
    tap.stop()?;
    let all: Vec<_> = segments("reset.pcap")?.iter().map(flags).collect();
    assert_eq!(all, ["S", "S.", ".", "R."]);
    Ok(fs::remove_file(path)?)
}

/// What a server has read was saved before, however the tap ends.
#[test]
fn nothing_is_lost_at_its_end() -> Result<()> {
    for signal in [Signal::INT, Signal::KILL] {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let path = file("end.pcap");
        let tap = tap(listener.local_addr()?, &["--save", path.to_str().context("a path")?])?;
        let (mut client, mut server) = connect(&tap, &listener)?;
        let mut sent = vec![7; 100_000];
        sent.extend(b"the last word");
        client.write_all(&sent)?;
        server.read_exact(&mut vec![0; sent.len()])?;
        let client_port = server.peer_addr()?.port();
        tap.process.signal(signal)?;
        tap.process.wait()?;
        // Killed between two packets of the last piece, all its bytes are there.
        assert!(stream(&segments("end.pcap")?, client_port)? == sent, "{signal:?}");
        fs::remove_file(path)?;
    }
    Ok(())
}
