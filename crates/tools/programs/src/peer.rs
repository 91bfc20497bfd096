use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;

use socket2::{Domain, Socket, Type};

/// The address of a server that does this with the first connection that it gets; whoever connects later is not answered.
///
/// # Errors
/// What the system says.
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

/// An address of this machine at which nothing listens, and nothing can as long as this stands.
#[derive(Debug)]
pub struct Unanswered(Socket);

impl Unanswered {
    /// Takes such an address.
    ///
    /// # Errors
    /// What the system says.
    pub fn new() -> io::Result<Unanswered> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
        Ok(Unanswered(socket))
    }

    /// Which it is.
    ///
    /// # Errors
    /// What the system says.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()?.as_socket().ok_or_else(|| io::ErrorKind::AddrNotAvailable.into())
    }
}
