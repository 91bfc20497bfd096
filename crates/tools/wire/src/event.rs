use std::fmt;
use std::io;
use std::net::SocketAddr;

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From client to server.
    ToServer,
    /// From server to client.
    ToClient,
}

impl Direction {
    /// The other way.
    pub fn reversed(self) -> Direction {
        match self {
            Direction::ToServer => Direction::ToClient,
            Direction::ToClient => Direction::ToServer,
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Direction::ToServer => "client → server",
            Direction::ToClient => "server → client",
        })
    }
}

/// What passes a [`Tap`](crate::Tap).
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A client is connected, and the tap on its behalf to the server.
    Opened {
        /// The client's address.
        client: SocketAddr,
        /// The address that the server sees in its place.
        seen_by_server: SocketAddr,
        /// The server's address, of those that were given the one that answered.
        server: SocketAddr,
    },
    /// A client called, but the server could not be reached for it. The client's connection is reset.
    Unreachable(&'a io::Error),
    /// A piece as it was read: as much as was there, at least one byte. Nothing tells where a message begins or ends.
    Bytes(Direction, &'a [u8]),
    /// The sender has closed its half: no more bytes go this way.
    End(Direction),
    /// The sender of this direction has reset the connection, or takes no more bytes: the other side is reset too.
    /// This ends the connection; it may be told for each direction.
    Reset(Direction),
    /// Neither direction has any more to pass on.
    Closed,
}
