//! HOST:PORT on a command line, and errors that say what to do about an address.

use std::fmt;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, ToSocketAddrs};
use std::str::FromStr;
use std::vec;

/// A host, as a name or an IP address, and a port: `localhost:9527`, `127.0.0.1:0`, `[::1]:9527`.
///
/// It can be given to [`TcpListener::bind`](std::net::TcpListener::bind).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    host: String,
    port: u16,
}

impl Address {
    /// Explains why `TcpListener::bind` failed for this address.
    pub fn cannot_listen(&self, source: io::Error) -> Error {
        Error { action: Action::Listen, address: self.clone(), source }
    }

    /// Explains why a connection to this address failed, or why its host is unknown.
    pub fn cannot_connect(&self, source: io::Error) -> Error {
        Error { action: Action::Connect, address: self.clone(), source }
    }

    /// Calls `connect` with each address of the host until it succeeds for one.
    ///
    /// # Errors
    /// Returns an error if the host is unknown, or with the last failure.
    pub fn try_each<T>(&self, connect: impl FnMut(SocketAddr) -> io::Result<T>) -> Result<T, Error> {
        let mut failure = None;
        for attempt in self.to_socket_addrs().map_err(|error| self.cannot_connect(error))?.map(connect) {
            match attempt {
                Ok(connected) => return Ok(connected),
                Err(error) => failure = Some(error),
            }
        }
        Err(self.cannot_connect(failure.unwrap_or_else(|| io::Error::other(UnknownHost))))
    }
}

impl ToSocketAddrs for Address {
    type Iter = vec::IntoIter<SocketAddr>;

    fn to_socket_addrs(&self) -> io::Result<Self::Iter> {
        (self.host.as_str(), self.port).to_socket_addrs().map_err(|_| io::Error::other(UnknownHost))
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Address, String> {
        let expected = || "expected HOST:PORT, such as 127.0.0.1:9527 or localhost:9527".to_owned();
        let (host, port) = text.rsplit_once(':').ok_or_else(expected)?;
        // `parse` would also accept a sign.
        let port = if port.starts_with('+') { return Err(expected()) } else { port.parse().map_err(|_| expected())? };
        let host = match host.strip_prefix('[') {
            Some(rest) => rest.strip_suffix(']').ok_or_else(expected)?,
            // In `::1`, the host and the port cannot be told apart.
            None if host.contains(['[', ':', ']']) => return Err(expected()),
            None => host,
        };
        if host.is_empty() { Err(expected()) } else { Ok(Address { host: host.to_owned(), port }) }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Address { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

/// Why a program cannot listen or connect, in one line that says what to do.
#[derive(Debug)]
pub struct Error {
    action: Action,
    address: Address,
    source: io::Error,
}

#[derive(Clone, Copy, Debug)]
enum Action {
    Listen,
    Connect,
}

/// The operating system knows no address for a host name.
#[derive(Debug)]
struct UnknownHost;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Error { action, address, source } = self;
        if source.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<UnknownHost>) {
            return write!(f, "cannot resolve {}: {UnknownHost}", address.host);
        }
        match action {
            Action::Listen => write!(f, "cannot listen on {address}: ")?,
            Action::Connect => write!(f, "cannot connect to {address}: ")?,
        }
        match (action, source.kind()) {
            (Action::Listen, ErrorKind::AddrInUse) => {
                f.write_str("the port is in use; stop the program that uses it or choose another port with --listen")
            }
            (Action::Listen, ErrorKind::AddrNotAvailable) => {
                f.write_str("this machine has no such address; use 127.0.0.1")
            }
            (Action::Listen, ErrorKind::PermissionDenied) => f.write_str("permission denied; choose a port above 1023"),
            (Action::Connect, ErrorKind::ConnectionRefused) => {
                f.write_str("nothing listens there; start the server first, or set its address with --connect")
            }
            (Action::Connect, ErrorKind::TimedOut) => f.write_str("no response in time; check the address"),
            _ => write!(f, "{source}"),
        }
    }
}

impl std::error::Error for Error {}

impl fmt::Display for UnknownHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown host; check the spelling")
    }
}

impl std::error::Error for UnknownHost {}
