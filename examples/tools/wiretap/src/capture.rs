//! A file of packets that Wireshark opens.
//!
//! A tap sees streams, not packets, so the packets are made up: a handshake of three, one packet for each piece with its
//! acknowledgement, FIN and RST where they were seen. The addresses are those that the server sees.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Result, anyhow};
use etherparse::{PacketBuilder, PacketBuilderStep, TcpHeader};
use wire::Direction::{self, ToClient, ToServer};
use wire::Event;

/// The header of a pcap file: times in nanoseconds, version 2.4, packets of up to 65,535 bytes. They start with an IP
/// header (LINKTYPE_RAW), so no Ethernet addresses need to be made up.
const FILE_HEADER: &[u8; 24] = b"\xa1\xb2\x3c\x4d\0\x02\0\x04\0\0\0\0\0\0\0\0\0\0\xff\xff\0\0\0\x65";
/// Larger than any piece, so no receive window is ever full.
const WINDOW: u16 = u16::MAX;
/// The usual hop limit of a packet that was just sent.
const HOPS: u8 = 64;

/// A file that is written without a buffer as events come. However the program ends, everything that passed is in it.
pub(crate) struct Capture {
    path: PathBuf,
    file: File,
    open: HashMap<u64, Stream>,
}

/// The state that the packets of one connection depend on.
#[derive(Clone, Copy)]
struct Stream {
    client: End,
    server: End,
    was_reset: bool,
}

#[derive(Clone, Copy)]
struct End {
    address: SocketAddr,
    /// The sequence number of the next byte that it sends.
    next: u32,
}

impl Capture {
    /// Creates a file without packets.
    pub(crate) fn create(path: &Path) -> Result<Capture> {
        let create = || {
            let mut file = File::create(path)?;
            file.write_all(FILE_HEADER)?;
            Ok(file)
        };
        let file = create().map_err(|error| cannot_write(path, error))?;
        Ok(Capture { path: path.to_owned(), file, open: HashMap::new() })
    }

    /// Writes the packets of an event.
    pub(crate) fn record(&mut self, connection: u64, event: Event<'_>) -> Result<()> {
        if let Event::Opened { seen_by_server, server, .. } = event {
            self.open.insert(connection, Stream::new(seen_by_server, server));
        }
        // A connection that could not be opened has no packets.
        let Some(stream) = self.open.get_mut(&connection) else { return Ok(()) };
        let packets: &[(Direction, &str, &[u8])] = match event {
            Event::Opened { .. } => &[(ToServer, "S", b""), (ToClient, "SA", b""), (ToServer, "A", b"")],
            Event::Bytes(direction, bytes) => &[(direction, "AP", bytes), (direction.reversed(), "A", b"")],
            Event::End(direction) => &[(direction, "AF", b""), (direction.reversed(), "A", b"")],
            // A second reset has nothing left to reset.
            Event::Reset(direction) if !std::mem::replace(&mut stream.was_reset, true) => &[(direction, "AR", b"")],
            _ => &[],
        };
        for (direction, flags, bytes) in packets {
            let packet = stream.packet(*direction, flags, bytes)?;
            write(&mut self.file, &packet).map_err(|error| cannot_write(&self.path, error))?;
        }
        if matches!(event, Event::Closed) {
            self.open.remove(&connection);
        }
        Ok(())
    }
}

/// Writes a packet and its header at once, so that the file does not end between them.
fn write(file: &mut File, packet: &[u8]) -> io::Result<()> {
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    // The seconds fit until 2106, and the length because a piece is short.
    let [seconds, len] = [time.as_secs() as u32, packet.len() as u32];
    let header = [seconds, time.subsec_nanos(), len, len].map(u32::to_be_bytes);
    file.write_all(&[header.as_flattened(), packet].concat())
}

/// Hides the [`io::Error`], so that a closed pipe as the file does not count as a normal end.
fn cannot_write(path: &Path, error: io::Error) -> anyhow::Error {
    anyhow!("cannot write {}: {error}", path.display())
}

impl Stream {
    fn new(client: SocketAddr, server: SocketAddr) -> Stream {
        let end = |address| End { address, next: 0 };
        Stream { client: end(client), server: end(server), was_reset: false }
    }

    /// Returns a packet with these flags (SYN, ACK, PSH, FIN, RST), from its IP header to its last byte, and advances the
    /// sequence number.
    fn packet(&mut self, direction: Direction, flags: &str, bytes: &[u8]) -> Result<Vec<u8>> {
        let (from, to) = match direction {
            ToServer => (&mut self.client, &self.server),
            ToClient => (&mut self.server, &self.client),
        };
        let mut tcp = tcp(from, to)?;
        for flag in flags.chars() {
            tcp = match flag {
                'S' => tcp.syn(),
                'A' => tcp.ack(to.next),
                'P' => tcp.psh(),
                'F' => tcp.fin(),
                _ => tcp.rst(),
            };
        }
        // SYN and FIN count as one byte each (RFC 9293, section 3.4). Sequence numbers wrap after 4 GiB.
        let len = bytes.len() + usize::from(flags.contains(['S', 'F']));
        from.next = from.next.wrapping_add(u32::try_from(len)?);
        let mut packet = Vec::with_capacity(tcp.size(bytes.len()));
        tcp.write(&mut packet, bytes)?;
        Ok(packet)
    }
}

/// Returns the headers of a packet without flags.
fn tcp(from: &End, to: &End) -> Result<PacketBuilderStep<TcpHeader>> {
    let ip = match (from.address, to.address) {
        (SocketAddr::V4(from), SocketAddr::V4(to)) => PacketBuilder::ipv4(from.ip().octets(), to.ip().octets(), HOPS),
        (SocketAddr::V6(from), SocketAddr::V6(to)) => PacketBuilder::ipv6(from.ip().octets(), to.ip().octets(), HOPS),
        (from, to) => return Err(anyhow!("{from} and {to} are of different IP versions")),
    };
    Ok(ip.tcp(from.address.port(), to.address.port(), from.next, WINDOW))
}
