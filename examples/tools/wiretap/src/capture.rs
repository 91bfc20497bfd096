//! What passes, as packets in a file that Wireshark opens.
//!
//! The tap sees streams and no packets, so packets are made up for them: a handshake of three, one for each piece and
//! its acknowledgement, FIN and RST where they were seen. Their addresses are those that the server sees.

use std::collections::HashMap;
use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, anyhow};
use etherparse::{PacketBuilder, PacketBuilderStep, TcpHeader};
use pcap_file::pcap::{PcapHeader, PcapPacket, PcapWriter};
use pcap_file::{DataLink, PcapError, TsResolution};
use wire::{Direction, Event};

/// More than any piece, so that no window is ever full.
const WINDOW: u16 = u16::MAX;
/// What is usual for a packet that begins its way.
const HOPS: u8 = 64;

/// A file that is written as events come, without a buffer: however the program ends, what passed before is in it.
pub(crate) struct Capture {
    path: PathBuf,
    packets: PcapWriter<File>,
    open: HashMap<u64, Stream>,
}

/// A connection, as its packets have it.
#[derive(Clone, Copy)]
struct Stream {
    client: End,
    server: End,
    was_reset: bool,
}

#[derive(Clone, Copy)]
struct End {
    address: SocketAddr,
    /// The sequence number of what it sends next.
    next: u32,
}

/// What a packet is for, as its flags tell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Packet<'a> {
    Syn,
    SynAck,
    Ack,
    Data(&'a [u8]),
    Fin,
    Rst,
}

impl Capture {
    /// A file with no packet yet.
    pub(crate) fn create(path: &Path) -> Result<Capture> {
        let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        // A packet begins with IP's header: no Ethernet is made up for it.
        let header =
            PcapHeader { datalink: DataLink::RAW, ts_resolution: TsResolution::NanoSecond, ..PcapHeader::default() };
        let packets = PcapWriter::with_header(file, header).map_err(|error| cannot_write(path, error))?;
        Ok(Capture { path: path.to_owned(), packets, open: HashMap::new() })
    }

    /// Writes an event's packets.
    pub(crate) fn take_in(&mut self, connection: u64, event: Event<'_>) -> Result<()> {
        if let Event::Opened { seen_by_server, server, .. } = event {
            self.open.insert(connection, Stream::new(seen_by_server, server));
        }
        // One that could not be opened sent nothing.
        let Some(mut stream) = self.open.remove(&connection) else { return Ok(()) };
        let packets = match event {
            Event::Opened { .. } => vec![
                stream.packet(Direction::ToServer, Packet::Syn)?,
                stream.packet(Direction::ToClient, Packet::SynAck)?,
                stream.packet(Direction::ToServer, Packet::Ack)?,
            ],
            Event::Bytes(direction, bytes) => {
                vec![stream.packet(direction, Packet::Data(bytes))?, stream.packet(direction.reversed(), Packet::Ack)?]
            }
            Event::End(direction) => {
                vec![stream.packet(direction, Packet::Fin)?, stream.packet(direction.reversed(), Packet::Ack)?]
            }
            // After the first there is nothing left to reset.
            Event::Reset(_) if stream.was_reset => Vec::new(),
            Event::Reset(direction) => vec![stream.packet(direction, Packet::Rst)?],
            Event::Closed | Event::Unreachable(_) => return Ok(()),
        };
        stream.was_reset |= matches!(event, Event::Reset(_));
        self.open.insert(connection, stream);
        packets.iter().try_for_each(|packet| self.write(packet))
    }

    fn write(&mut self, packet: &[u8]) -> Result<()> {
        let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let packet = PcapPacket::new(time, u32::try_from(packet.len())?, packet);
        self.packets.write_packet(&packet).map_err(|error| cannot_write(&self.path, error))?;
        Ok(())
    }
}

/// Not as an [`std::io::Error`]: a file that cannot be written is no normal end.
fn cannot_write(path: &Path, error: PcapError) -> anyhow::Error {
    match error {
        PcapError::IoError(error) => anyhow!("cannot write {}: {error}", path.display()),
        error => anyhow!("cannot write {}: {error}", path.display()),
    }
}

impl Stream {
    fn new(client: SocketAddr, server: SocketAddr) -> Stream {
        let end = |address| End { address, next: 0 };
        Stream { client: end(client), server: end(server), was_reset: false }
    }

    /// A packet from its IP header to its last byte; counts what it sends.
    fn packet(&mut self, direction: Direction, packet: Packet<'_>) -> Result<Vec<u8>> {
        let (from, to) = match direction {
            Direction::ToServer => (&mut self.client, &self.server),
            Direction::ToClient => (&mut self.server, &self.client),
        };
        let tcp = tcp(from, to)?;
        let (tcp, bytes) = match packet {
            Packet::Syn => (tcp.syn(), &[][..]),
            Packet::SynAck => (tcp.syn().ack(to.next), &[][..]),
            Packet::Ack => (tcp.ack(to.next), &[][..]),
            Packet::Data(bytes) => (tcp.ack(to.next).psh(), bytes),
            Packet::Fin => (tcp.ack(to.next).fin(), &[][..]),
            Packet::Rst => (tcp.ack(to.next).rst(), &[][..]),
        };
        // SYN and FIN take a number each (RFC 9293, section 3.4). Numbers begin anew after 4 GiB.
        let takes = match packet {
            Packet::Syn | Packet::SynAck | Packet::Fin => 1,
            _ => u32::try_from(bytes.len())?,
        };
        from.next = from.next.wrapping_add(takes);
        let mut whole = Vec::with_capacity(tcp.size(bytes.len()));
        tcp.write(&mut whole, bytes)?;
        Ok(whole)
    }
}

/// The headers of a packet without flags.
fn tcp(from: &End, to: &End) -> Result<PacketBuilderStep<TcpHeader>> {
    let ip = match (from.address, to.address) {
        (SocketAddr::V4(from), SocketAddr::V4(to)) => PacketBuilder::ipv4(from.ip().octets(), to.ip().octets(), HOPS),
        (SocketAddr::V6(from), SocketAddr::V6(to)) => PacketBuilder::ipv6(from.ip().octets(), to.ip().octets(), HOPS),
        (from, to) => return Err(anyhow!("{from} and {to} are of two kinds")),
    };
    Ok(ip.tcp(from.address.port(), to.address.port(), from.next, WINDOW))
}
