//! HOST:PORT as it is given on a command line: listen there, connect there, with errors that say what to do.

use std::fmt;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::str::FromStr;
use std::time::{Duration, Instant};

/// A host, by name or number, and a port: `localhost:9527`, `127.0.0.1:0`, `[::1]:9527`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    host: String,
    port: u16,
}

impl Address {
    /// Listens here. Port 0 takes any that is free; [`TcpListener::local_addr`] tells which.
    ///
    /// # Errors
    /// [`Error`]: no such name, the port in use, no such interface, not allowed.
    pub fn listen(&self) -> Result<TcpListener, Error> {
        let addresses = self.resolve()?;
        TcpListener::bind(&addresses[..]).map_err(|source| Error { what: What::Listen, address: self.clone(), source })
    }

    /// Connects to the first of the host's addresses that answers, all of them within `timeout`.
    ///
    /// # Errors
    /// [`Error`]: no such name, nothing listening, no answer in time.
    pub fn connect(&self, timeout: Duration) -> Result<TcpStream, Error> {
        let end = Instant::now() + timeout;
        let mut failure = ErrorKind::TimedOut.into();
        for address in self.resolve()? {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            match TcpStream::connect_timeout(&address, left) {
                Ok(stream) => return Ok(stream),
                Err(error) => failure = error,
            }
        }
        Err(Error { what: What::Connect, address: self.clone(), source: failure })
    }

    /// The addresses that the host's name stands for.
    ///
    /// # Errors
    /// [`Error`]: no such name.
    pub fn resolve(&self) -> Result<Vec<SocketAddr>, Error> {
        let unknown = |source| Error { what: What::Resolve, address: self.clone(), source };
        let addresses: Vec<_> = (self.host.as_str(), self.port).to_socket_addrs().map_err(unknown)?.collect();
        if addresses.is_empty() { Err(unknown(ErrorKind::NotFound.into())) } else { Ok(addresses) }
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Address, String> {
        let wrong = || "expected HOST:PORT, such as 127.0.0.1:9527 or localhost:9527".to_owned();
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        // A number may have a sign, a port has none.
        let port = if port.starts_with('+') { return Err(wrong()) } else { port.parse().map_err(|_| wrong())? };
        let host = match host.strip_prefix('[') {
            Some(rest) => rest.strip_suffix(']').ok_or_else(wrong)?,
            // In `::1` no one can tell host from port.
            None if host.contains(['[', ':', ']']) => return Err(wrong()),
            None => host,
        };
        if host.is_empty() { Err(wrong()) } else { Ok(Address { host: host.to_owned(), port }) }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Address { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

/// Why there is no listening or connected socket, in one line that says what to do.
#[derive(Debug)]
pub struct Error {
    what: What,
    address: Address,
    source: io::Error,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Resolve,
    Listen,
    Connect,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Error { what, address, source } = self;
        match what {
            What::Resolve => write!(f, "cannot resolve {}: ", address.host)?,
            What::Listen => write!(f, "cannot listen on {address}: ")?,
            What::Connect => write!(f, "cannot connect to {address}: ")?,
        }
        match (what, source.kind()) {
            (What::Resolve, _) => f.write_str("no address is known for that name; check its spelling"),
            (What::Listen, ErrorKind::AddrInUse) => f.write_str(
                "the port is in use; end the program that has it, or choose another port (--listen HOST:0 takes any)",
            ),
            (What::Listen, ErrorKind::AddrNotAvailable) => {
                f.write_str("this machine has no such address; 127.0.0.1 is always there")
            }
            (What::Listen, ErrorKind::PermissionDenied) => {
                f.write_str("the system does not allow it; choose a port above 1023")
            }
            (What::Connect, ErrorKind::ConnectionRefused) => {
                f.write_str("nothing listens there; start the server first, or say where it is (--connect)")
            }
            (What::Connect, ErrorKind::TimedOut) => f.write_str("no answer in time; is the address right?"),
            _ => write!(f, "{source}"),
        }
    }
}

impl std::error::Error for Error {}
