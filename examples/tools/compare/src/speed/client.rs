//! Clients that put load on a server. They check every reply: a wrong byte is an error.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use auth::mutual::{ChannelBinding, authenticate_server};
use auth::{Key, Scheme};
use cli::escape;
use tls::{ClientConfig, TlsStream};
use wire::websocket::{FIN, Frame, TEXT};
use wire::{Field, Lesson};

/// The maximum time for a reply. If a server hangs, this tool must not.
const WAIT: Duration = Duration::from_secs(10);
/// The message in a session: its reply has a timestamp or a prefix too.
const MESSAGE: [u8; 64] = [b'm'; 64];

/// A client, with what it needs from one operation to the next.
pub(super) enum Client {
    /// A handshake for each operation.
    Gate { server: SocketAddr, key: Key },
    /// The handshake of a session for each operation, and nothing else.
    Handshake { server: SocketAddr, key: Key, is_mutual: bool },
    /// The same over TLS.
    TlsHandshake { server: SocketAddr, key: Key, config: Arc<ClientConfig> },
    /// A connection with one request for each operation.
    Request { server: SocketAddr, request: Vec<u8> },
    /// A session in which each operation is a message, ready to send: the cost of a WebSocket library is not measured.
    Session { stream: Box<dyn Stream>, message: Vec<u8>, timestamp_len: usize, reply: Vec<u8> },
}

impl Client {
    pub(super) fn new(lesson: &Lesson, server: SocketAddr) -> Result<Client> {
        Ok(match lesson.name {
            "gate" => Client::Gate { server, key: Key::new(lesson.key)? },
            "echo" => {
                let mut stream = connect(server)?;
                auth::respond(&mut stream, &Key::new(lesson.key)?, Scheme::Md5)?;
                let [message, reply] = [MESSAGE; 2].map(Vec::from);
                Client::Session { stream: Box::new(stream), message, timestamp_len: timestamp::LEN, reply }
            }
            "tls" => {
                let config = tls::client_config_without_verification()?;
                let stream = connect_tls(server, &Key::new(lesson.key)?, &config)?;
                let [message, reply] = [MESSAGE; 2].map(Vec::from);
                Client::Session { stream: Box::new(stream), message, timestamp_len: timestamp::LEN, reply }
            }
            "ws" => {
                let (session, _) = tungstenite::client(format!("ws://{server}"), connect(server)?)?;
                let stream = session.get_ref().try_clone()?;
                let message = Frame::new(FIN | TEXT, MESSAGE).masked([0x37, 0xfa, 0x21, 0x3d]).encode();
                let reply = Frame::new(FIN | TEXT, [lesson.reply_prefix.as_bytes(), &MESSAGE].concat()).encode();
                Client::Session { stream: Box::new(stream), message, timestamp_len: 0, reply }
            }
            _ => {
                let is_line = lesson.to_server.once.contains(&Field::LineEnding);
                Client::Request { server, request: [b"open sesame", &b"\r\n"[..if is_line { 2 } else { 0 }]].concat() }
            }
        })
    }

    /// Creates a client of lesson 2, 7 or 8 that leaves after each handshake.
    pub(super) fn handshakes(lesson: &Lesson, server: SocketAddr) -> Result<Client> {
        if lesson.name == "tls" {
            let config = tls::client_config_without_verification()?;
            return Ok(Client::TlsHandshake { server, key: Key::new(lesson.key)?, config });
        }
        Ok(Client::Handshake { server, key: Key::new(lesson.key)?, is_mutual: lesson.name == "mutual" })
    }

    /// Performs one operation.
    pub(super) fn ask(&mut self) -> Result<()> {
        match self {
            Client::Gate { server, key } => {
                let mut stream = connect(*server)?;
                auth::respond(&mut stream, key, Scheme::Md5Hex)?;
                // The server closes the connection when it has checked the response.
                let count = stream.read(&mut [0]).context("no end of the connection")?;
                ensure!(count == 0, "a gate sends nothing after its nonce");
            }
            Client::Handshake { server, key, is_mutual } => {
                let mut stream = connect(*server)?;
                if *is_mutual {
                    authenticate_server(&mut stream, key, ChannelBinding::None)?;
                } else {
                    auth::respond(&mut stream, key, Scheme::Md5)?;
                }
                stream.shutdown(Shutdown::Write)?;
                // The server closes the connection, because the session has ended.
                let count = stream.read(&mut [0]).context("no end of the connection")?;
                ensure!(count == 0, "a server sends nothing in an empty session");
            }
            Client::TlsHandshake { server, key, config } => {
                let mut stream = connect_tls(*server, key, config)?;
                stream.close();
                let count = stream.read(&mut [0]).context("no end of the connection")?;
                ensure!(count == 0, "a server sends nothing in an empty session");
            }
            Client::Request { server, request } => {
                let mut stream = connect(*server)?;
                stream.write_all(request)?;
                let mut reply = Vec::with_capacity(64);
                stream.read_to_end(&mut reply).context("no reply")?;
                check(&reply, timestamp::LEN, request)?;
            }
            Client::Session { stream, message, timestamp_len, reply } => {
                stream.write_all(message)?;
                let mut received = vec![0; *timestamp_len + reply.len()];
                stream.read_exact(&mut received).context("no reply")?;
                check(&received, *timestamp_len, reply)?;
            }
        }
        Ok(())
    }
}

/// What a session needs of a connection.
pub(super) trait Stream: Read + Write + Send {}

impl<S: Read + Write + Send> Stream for S {}

/// Opens an encrypted connection, and authenticates both sides.
fn connect_tls(server: SocketAddr, key: &Key, config: &Arc<ClientConfig>) -> Result<TlsStream<TcpStream>> {
    let mut stream = TlsStream::connect(connect(server)?, config, server.ip().into())?;
    let channel = ChannelBinding::TlsExporter(stream.exporter()?);
    authenticate_server(&mut stream, key, channel)?;
    Ok(stream)
}

/// Opens a connection on which nothing waits longer than [`WAIT`].
pub(super) fn connect(server: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(server).context("cannot connect")?;
    stream.set_read_timeout(Some(WAIT))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn check(received: &[u8], timestamp_len: usize, reply: &[u8]) -> Result<()> {
    let is_right = (timestamp_len == 0 || timestamp::is_timestamp(received)) && &received[timestamp_len..] == reply;
    ensure!(is_right, "{} instead of {}", escape(received), escape(reply));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_byte_is_an_error() {
        assert!(check(b"[Wed May  9 20:44:11 2018] hello", timestamp::LEN, b"hello").is_ok());
        assert!(check(b"hello", 0, b"hello").is_ok());
        for wrong in [&b"[Wed May  9 20:44:11 2018] hullo"[..], b"[Wed May  9 20:44:11 2018] hello!", b"hello", b""] {
            assert!(check(wrong, timestamp::LEN, b"hello").is_err(), "{}", escape(wrong));
            assert!(check(wrong, 0, b"hell").is_err(), "{}", escape(wrong));
        }
    }
}
