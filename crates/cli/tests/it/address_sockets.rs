//! Programs can listen on and connect to an address in any of its forms.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

use cli::Address;

type Result = std::result::Result<(), Box<dyn std::error::Error>>;

#[test]
fn by_ipv4_address() -> Result {
    meet("127.0.0.1", "127.0.0.1")
}

#[test]
fn by_name() -> Result {
    meet("127.0.0.1", "localhost")?;
    meet("localhost", "localhost")
}

#[test]
fn by_ipv6_address() -> Result {
    // Not every machine has IPv6.
    match TcpListener::bind("[::1]:0") {
        Err(error) if error.kind() == io::ErrorKind::AddrNotAvailable => Ok(()),
        _ => meet("[::1]", "[::1]"),
    }
}

/// Listens on a free port, connects to it, and sends a message.
fn meet(listening: &str, connecting: &str) -> Result {
    let listener = TcpListener::bind(format!("{listening}:0").parse::<Address>()?)?;
    let port = listener.local_addr()?.port();
    assert_ne!(port, 0);
    let mut client = TcpStream::connect(format!("{connecting}:{port}").parse::<Address>()?)?;
    client.write_all(b"hello")?;
    let mut heard = [0; 5];
    listener.accept()?.0.read_exact(&mut heard)?;
    assert_eq!(&heard, b"hello");
    Ok(())
}
