use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;

use socket2::{Domain, Socket, Type};

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

/// An address on which nothing listens, and nothing can until this is dropped.
#[derive(Debug)]
pub struct Unanswered(Socket);

impl Unanswered {
    /// Reserves such an address.
    pub fn new() -> io::Result<Unanswered> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
        Ok(Unanswered(socket))
    }

    /// Returns the address.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()?.as_socket().ok_or_else(|| io::ErrorKind::AddrNotAvailable.into())
    }
}
