use std::fmt;
use std::io;
use std::net::SocketAddr;

/// The direction in which bytes pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From client to server.
    ToServer,
    /// From server to client.
    ToClient,
}

impl Direction {
    /// Returns the other direction.
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

/// An event on a connection through a [`tap`](crate::tap()).
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A client has connected, and the tap has connected to the server for it.
    Opened {
        /// The client's address.
        client: SocketAddr,
        /// The address that the server sees as its client's.
        seen_by_server: SocketAddr,
        /// The server's address: of those that were given, the first that accepted the connection.
        server: SocketAddr,
    },
    /// A client has connected, but the tap cannot connect to the server. The tap resets the client's connection.
    Unreachable(&'a io::Error),
    /// One read returned these bytes, at least one. Its length says nothing about where a message begins or ends.
    Bytes(Direction, &'a [u8]),
    /// The sender has shut down its half: no more bytes go in this direction.
    End(Direction),
    /// The sender of this direction has reset the connection, or accepts no more bytes. The tap resets the other side too.
    /// This ends the connection; it may be reported once for each direction.
    Reset(Direction),
    /// Both directions have ended.
    Closed,
}
