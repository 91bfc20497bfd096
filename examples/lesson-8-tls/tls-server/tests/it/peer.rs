//! A client made of rustls alone, whose records a test can hold back and change before it sends them.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

use anyhow::Result;
use auth::Key;
use auth::mutual::{ChannelBinding, authenticate_server};
use programs::connect;
use rustls::{ClientConnection, StreamOwned};
use timestamp::EchoReader;
use tls::{ServerName, client_config_without_verification};

use crate::KEY;

/// The label of RFC 9266, written down once more: a mistake in crates/tls cannot hide here.
const LABEL: &[u8] = b"EXPORTER-Channel-Binding";

pub(crate) type Client = StreamOwned<ClientConnection, Wire>;

/// A connection that keeps what is written, if it has something to keep that in.
pub(crate) struct Wire {
    pub(crate) stream: TcpStream,
    kept: Option<Vec<u8>>,
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.read(buffer)
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.kept {
            Some(kept) => kept.write(bytes),
            None => self.stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn connection(server: SocketAddr) -> Result<ClientConnection> {
    Ok(ClientConnection::new(client_config_without_verification()?, ServerName::from(server.ip()))?)
}

/// Returns the first record of a client.
pub(crate) fn client_hello(server: SocketAddr) -> Result<Vec<u8>> {
    let mut hello = Vec::new();
    connection(server)?.write_tls(&mut hello)?;
    Ok(hello)
}

/// Connects and completes the TLS handshake.
pub(crate) fn encrypted(server: SocketAddr) -> Result<Client> {
    encrypt(connect(server)?)
}

/// Completes the TLS handshake on a connection.
pub(crate) fn encrypt(stream: TcpStream) -> Result<Client> {
    let connection = connection(stream.peer_addr()?)?;
    let mut client = StreamOwned::new(connection, Wire { stream, kept: None });
    while client.conn.is_handshaking() {
        client.conn.complete_io(&mut client.sock)?;
    }
    Ok(client)
}

/// Connects, completes the TLS handshake and proves to be the owner of the key.
pub(crate) fn authenticated(server: SocketAddr) -> Result<Client> {
    let mut client = encrypted(server)?;
    let channel = ChannelBinding::TlsExporter(client.conn.export_keying_material([0; 32], LABEL, None)?);
    authenticate_server(&mut client, &Key::new(KEY)?, channel)?;
    Ok(client)
}

/// Returns the records that encrypt a message, without sending them.
pub(crate) fn records(client: &mut Client, message: &[u8]) -> Result<Vec<u8>> {
    client.sock.kept = Some(Vec::new());
    client.write_all(message)?;
    client.flush()?;
    Ok(client.sock.kept.take().unwrap_or_default())
}

/// Reads until all of a message has come back.
pub(crate) fn read_echo(client: &mut Client, message: &[u8]) -> Result<()> {
    let mut echo = EchoReader::new(message);
    let mut buffer = [0; 4096];
    while !echo.is_complete() {
        let count = client.read(&mut buffer)?;
        anyhow::ensure!(count > 0, "the end before the whole echo");
        echo.feed(&buffer[..count])?;
    }
    Ok(())
}

/// Does what a client of this server does.
pub(crate) fn is_served(server: SocketAddr) -> Result<()> {
    let mut client = authenticated(server)?;
    client.write_all(b"hello")?;
    read_echo(&mut client, b"hello")?;
    client.conn.send_close_notify();
    client.flush()?;
    assert_eq!(client.read(&mut [0])?, 0, "the server says close_notify too");
    Ok(())
}
