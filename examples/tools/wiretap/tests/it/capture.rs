//! The packets that `--save` writes have correct numbers and flags, and contain the bytes that passed. The module
//! `tshark` tests their checksums.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;

use anyhow::{Context, Result, bail, ensure};
use etherparse::{SlicedPacket, TcpHeader, TransportSlice};
use programs::Signal;

use crate::shared::{Tapped, path, reset};

struct Segment {
    from: u16,
    tcp: TcpHeader,
    bytes: Vec<u8>,
}

/// Returns all segments of the file.
fn segments(file: &str) -> Result<Vec<Segment>> {
    let content = fs::read(file)?;
    let (header, mut records) = content.split_at_checked(24).context("no header")?;
    ensure!(header == b"\xa1\xb2\x3c\x4d\0\x02\0\x04\0\0\0\0\0\0\0\0\0\0\xff\xff\0\0\0\x65", "{header:02x?}");
    let mut segments = Vec::new();
    while let Some((header, rest)) = records.split_first_chunk::<16>() {
        let [.., a, b, c, d] = *header;
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        ensure!(header[8..12] == header[12..], "a packet is cut short");
        let (packet, rest) = rest.split_at_checked(length).context("the last packet is not complete")?;
        records = rest;
        let Some(TransportSlice::Tcp(tcp)) = SlicedPacket::from_ip(packet)?.transport else { bail!("no TCP") };
        segments.push(Segment { from: tcp.source_port(), tcp: tcp.to_header(), bytes: tcp.payload().to_vec() });
    }
    ensure!(records.is_empty(), "the last header is not complete");
    Ok(segments)
}

/// Joins the bytes that this port sent by their sequence numbers.
fn stream(segments: &[Segment], from: u16) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for segment in segments.iter().filter(|segment| segment.from == from && !segment.bytes.is_empty()) {
        // The SYN has number 0.
        ensure!(segment.tcp.sequence_number as usize == bytes.len() + 1, "bytes are missing or repeated");
        bytes.extend(&segment.bytes);
    }
    Ok(bytes)
}

fn flags(segment: &Segment) -> String {
    let TcpHeader { syn, psh, fin, rst, ack, .. } = segment.tcp;
    let flags = [(syn, 'S'), (psh, 'P'), (fin, 'F'), (rst, 'R'), (ack, '.')];
    flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag).collect()
}

#[test]
fn a_conversation_is_saved() -> Result<()> {
    for (listen, name) in [("127.0.0.1:0", "ipv4.pcap"), ("[::1]:0", "ipv6.pcap")] {
        // A machine may have no IPv6.
        let Ok(listener) = TcpListener::bind(listen) else { continue };
        let file = path(name)?;
        let mut tapped = Tapped::before(listener, &["--save", &file])?;
        let (mut client, mut server) = tapped.connect()?;
        let (client_port, server_port) = (server.peer_addr()?.port(), server.local_addr()?.port());
        client.write_all(b"question")?;
        server.read_exact(&mut [0; 8])?;
        let reply = vec![b'a'; 200_000];
        server.write_all(&reply)?;
        drop(server);
        client.read_to_end(&mut Vec::new())?;
        drop(client);
        tapped.wait_until_closed()?;
        tapped.stop()?;

        let segments = segments(&file)?;
        assert_eq!(stream(&segments, client_port)?, b"question");
        assert_eq!(stream(&segments, server_port)?, reply);
        let all: Vec<_> = segments.iter().map(flags).collect();
        assert_eq!(all[..5], ["S", "S.", ".", "P.", "."]);
        assert_eq!(all[all.len() - 4..], ["F.", ".", "F.", "."]);
        let [.., server_fin, server_fin_ack, client_fin, last] = &segments[..] else { bail!("too few segments") };
        assert_eq!(server_fin_ack.tcp.acknowledgment_number, server_fin.tcp.sequence_number + 1);
        assert_eq!((client_fin.tcp.sequence_number, last.tcp.acknowledgment_number), (9, 10));
        fs::remove_file(file)?;
    }
    Ok(())
}

#[test]
fn a_reset_is_saved_once() -> Result<()> {
    let file = path("reset.pcap")?;
    let mut tapped = Tapped::start(&["--save", &file])?;
    let (client, _server) = tapped.connect()?;
    reset(client)?;
    tapped.wait_until_closed()?;
    tapped.stop()?;
    let all: Vec<_> = segments(&file)?.iter().map(flags).collect();
    assert_eq!(all, ["S", "S.", ".", "R."]);
    Ok(fs::remove_file(file)?)
}

/// Bytes are saved before the server can read them, however the wiretap ends.
#[test]
fn nothing_is_lost_at_the_end() -> Result<()> {
    for signal in [Signal::INT, Signal::KILL] {
        let file = path("end.pcap")?;
        let tapped = Tapped::start(&["--save", &file])?;
        let (mut client, mut server) = tapped.connect()?;
        let mut sent = vec![7; 100_000];
        sent.extend(b"the last bytes");
        client.write_all(&sent)?;
        server.read_exact(&mut vec![0; sent.len()])?;
        let client_port = server.peer_addr()?.port();
        tapped.wiretap.process.signal(signal)?;
        tapped.wiretap.process.wait()?;
        // A kill between two packets of the last piece loses only an acknowledgement.
        assert!(stream(&segments(&file)?, client_port)? == sent, "{signal:?}");
        fs::remove_file(file)?;
    }
    Ok(())
}
