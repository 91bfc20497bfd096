use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;

use anyhow::Result;
use socket2::{Domain, Socket, Type};

use crate::WAIT;

/// Connects to a server. A read that takes longer than [`WAIT`] fails.
pub fn connect(to: SocketAddr) -> Result<TcpStream> {
    let client = TcpStream::connect(to)?;
    client.set_nodelay(true)?;
    client.set_read_timeout(Some(WAIT))?;
    Ok(client)
}

/// Connects from this address of this machine.
pub fn connect_from(from: &str, to: SocketAddr) -> Result<TcpStream> {
    let socket = Socket::new(Domain::for_address(to), Type::STREAM, None)?;
    socket.bind(&SocketAddr::new(from.parse::<IpAddr>()?, 0).into())?;
    socket.connect(&to.into())?;
    socket.set_read_timeout(Some(WAIT))?;
    Ok(socket.into())
}

/// Starts a server that passes its first connection to `serves`, and returns its address. Further clients wait.
pub fn server_that(serves: impl FnOnce(TcpStream) + Send + 'static) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        if let Ok((stream, _)) = listener.accept() {
            serves(stream);
        }
    });
    Ok(address)
}

/// Sends nothing, and reads until the client closes the connection.
pub fn stay_silent(mut stream: TcpStream) {
    let _ = io::copy(&mut stream, &mut io::sink());
}

/// An address of this machine on which nothing listens, and nothing can until this is dropped.
#[derive(Debug)]
pub struct ClosedPort {
    /// The address.
    pub address: SocketAddr,
    _bound: Socket,
}

impl ClosedPort {
    /// Reserves such an address: a socket that is bound but does not listen has it.
    pub fn new() -> io::Result<ClosedPort> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
        let address = socket.local_addr()?.as_socket().ok_or(io::ErrorKind::AddrNotAvailable)?;
        Ok(ClosedPort { address, _bound: socket })
    }
}
