//! An address is listened on and connected to, whichever way it is given.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

use cli::Address;

type Result = std::result::Result<(), Box<dyn std::error::Error>>;

#[test]
fn by_number() -> Result {
    meet("127.0.0.1", "127.0.0.1")
}

#[test]
fn by_name() -> Result {
    meet("127.0.0.1", "localhost")?;
    meet("localhost", "localhost")
}

#[test]
fn by_number_of_ipv6() -> Result {
    // Not every machine has it.
    match TcpListener::bind("[::1]:0") {
        Err(error) if error.kind() == io::ErrorKind::AddrNotAvailable => Ok(()),
        _ => meet("[::1]", "[::1]"),
    }
}

/// Port 0 takes a free one, and who connects there speaks with who listens.
fn meet(listening: &str, connecting: &str) -> Result {
    let listener = TcpListener::bind(format!("{listening}:0").parse::<Address>()?)?;
    let port = listener.local_addr()?.port();
    assert_ne!(port, 0);
    let mut client = format!("{connecting}:{port}").parse::<Address>()?.try_each(TcpStream::connect)?;
    client.write_all(b"hello")?;
    let mut heard = [0; 5];
    listener.accept()?.0.read_exact(&mut heard)?;
    assert_eq!(&heard, b"hello");
    Ok(())
}
