//! HOST:PORT on a command line, and errors that say what to do about an address.

use std::fmt;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, ToSocketAddrs};
use std::str::FromStr;
use std::vec;

/// A host, as a name or an IP address, and a port: `localhost:9527`, `127.0.0.1:0`, `[::1]:9527`.
///
/// [`TcpListener::bind`](std::net::TcpListener::bind) and [`TcpStream::connect`](std::net::TcpStream::connect) accept it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    host: String,
    port: u16,
}

impl Address {
    /// Explains why `TcpListener::bind` failed for this address.
    pub fn cannot_listen(&self, error: io::Error) -> AddressError {
        let advice = match error.kind() {
            ErrorKind::AddrInUse => {
                Some("the port is in use; stop the program that uses it or choose another port with --listen")
            }
            ErrorKind::AddrNotAvailable => Some("this machine has no such address; use 127.0.0.1"),
            ErrorKind::PermissionDenied => Some("permission denied; choose a port above 1023"),
            _ => None,
        };
        self.explain("listen on", &error, advice)
    }

    /// Explains why `TcpStream::connect` failed for this address.
    pub fn cannot_connect(&self, error: io::Error) -> AddressError {
        let advice = match error.kind() {
            ErrorKind::ConnectionRefused => {
                Some("nothing listens there; start the server first, or set its address with --connect")
            }
            ErrorKind::TimedOut => Some("no response in time; check the address"),
            _ => None,
        };
        self.explain("connect to", &error, advice)
    }

    fn explain(&self, action: &str, error: &io::Error, advice: Option<&str>) -> AddressError {
        AddressError(match advice {
            Some(advice) => format!("cannot {action} {self}: {advice}"),
            None if error.kind() == unknown_host().kind() => format!("cannot resolve {}: {error}", self.host),
            None => format!("cannot {action} {self}: {error}"),
        })
    }
}

impl ToSocketAddrs for Address {
    type Iter = vec::IntoIter<SocketAddr>;

    fn to_socket_addrs(&self) -> io::Result<Self::Iter> {
        (self.host.as_str(), self.port).to_socket_addrs().map_err(|_| unknown_host())
    }
}

/// No socket fails with this kind.
fn unknown_host() -> io::Error {
    io::Error::new(ErrorKind::NotFound, "unknown host; check the spelling")
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Address, String> {
        let expected = || "expected HOST:PORT, such as 127.0.0.1:9527 or localhost:9527".to_owned();
        let (host, port) = text.rsplit_once(':').ok_or_else(expected)?;
        // `parse` would also accept a sign.
        if port.starts_with('+') {
            return Err(expected());
        }
        let port = port.parse().map_err(|_| expected())?;
        let host = match host.strip_prefix('[') {
            Some(rest) => rest.strip_suffix(']').ok_or_else(expected)?,
            // In `::1`, nothing separates the host from the port.
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
pub struct AddressError(String);

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for AddressError {}
