use std::io::ErrorKind;
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Error, Result, anyhow};
use cli::{Address, escape};
use client::{TimedStream, is_closed};
use tungstenite::error::{Error as WebSocketError, ProtocolError};
use tungstenite::handshake::HandshakeError;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tungstenite::{Bytes, Message, WebSocket};

use crate::channel::Channel;
use crate::encryption::Encryption;
use crate::url::Url;

/// The maximum length of a reply, in bytes.
const MAX_REPLY: usize = 1 << 20;

/// A WebSocket session with a server.
pub(crate) struct Session {
    address: Address,
    socket: WebSocket<Box<dyn Channel>>,
}

impl Session {
    /// Connects, and does the handshakes before the deadline.
    pub(crate) fn connect(url: &Url, encryption: Encryption, deadline: Duration) -> Result<Session> {
        let address = url.address.clone();
        let stream = TcpStream::connect(&address).map_err(|error| address.cannot_connect(error))?;
        let server = encryption.connect(url, TimedStream::new(stream, deadline))?;
        let limit = Some(MAX_REPLY);
        let config = WebSocketConfig::default().read_buffer_size(4096).max_message_size(limit).max_frame_size(limit);
        match tungstenite::client::client_with_config(&url.uri, server, Some(config)) {
            Ok((socket, _)) => Ok(Session { address, socket }),
            Err(HandshakeError::Failure(error)) => Err(why_no_session(url, error)),
            Err(error @ HandshakeError::Interrupted(_)) => Err(anyhow!("{address}: {error}")),
        }
    }

    /// Sends a message and returns the reply.
    pub(crate) fn request(&mut self, message: &str) -> Result<Bytes> {
        self.socket.get_mut().restart_deadline();
        match self.socket.send(Message::text(message)) {
            // The server has closed the connection. What it sent before that says why.
            Err(WebSocketError::Io(error)) if is_closed(&error) => {}
            sent => sent.map_err(|error| self.explain(error))?,
        }
        loop {
            match self.socket.read().map_err(|error| self.explain(error))? {
                Message::Text(text) => return Ok(text.into()),
                Message::Binary(bytes) => return Ok(bytes),
                Message::Close(frame) => {
                    // Sends the client's close frame. The server may not wait for it.
                    let _ = self.socket.flush();
                    self.socket.get_mut().close();
                    return Err(anyhow!("{} closed the connection: {}", self.address, describe(frame)));
                }
                _ => {}
            }
        }
    }

    /// Closes the session, and waits until the server has closed it too.
    pub(crate) fn close(mut self) {
        self.socket.get_mut().restart_deadline();
        let frame = CloseFrame { code: CloseCode::Normal, reason: "".into() };
        // Every request has its reply, so a failure does not matter any more.
        let mut is_closed = self.socket.close(Some(frame)).is_err();
        while !is_closed {
            is_closed = self.socket.read().is_err();
        }
        self.socket.get_mut().close();
    }

    fn explain(&self, error: WebSocketError) -> Error {
        let address = &self.address;
        match error {
            WebSocketError::Io(error) if !is_closed(&error) => Error::new(error).context(address.to_string()),
            // TLS says what that means.
            WebSocketError::Io(error) if error.kind() == ErrorKind::UnexpectedEof => {
                Error::new(error).context(format!("{address} closed the connection without a close frame (1006)"))
            }
            WebSocketError::Io(_) | WebSocketError::Protocol(ProtocolError::ResetWithoutClosingHandshake) => {
                anyhow!("{address} closed the connection without a close frame (1006)")
            }
            WebSocketError::Capacity(_) => anyhow!("{address}: the reply is longer than {MAX_REPLY} bytes"),
            error => Error::new(error).context(address.to_string()),
        }
    }
}

fn why_no_session(url: &Url, error: WebSocketError) -> Error {
    let address = &url.address;
    let advice = if url.is_wss() { "" } else { " (if it speaks TLS, use wss://)" };
    match error {
        // Without the reason phrase: a client should ignore it (RFC 9112, section 4).
        WebSocketError::Http(response) if response.status().as_u16() < 600 => {
            anyhow!("{address} refused the handshake with HTTP status {}", response.status().as_u16())
        }
        WebSocketError::Io(error) if !is_closed(&error) => Error::new(error).context(address.to_string()),
        WebSocketError::Io(_) | WebSocketError::Protocol(ProtocolError::HandshakeIncomplete) => {
            anyhow!("{address} closed the connection during the handshake; is it a WebSocket server?{advice}")
        }
        _ => anyhow!("{address} does not speak WebSocket{advice}"),
    }
}

/// Describes a close frame: the code, its name (RFC 6455, section 7.4.1), and the server's reason.
fn describe(frame: Option<CloseFrame>) -> String {
    let Some(CloseFrame { code, reason }) = frame else { return "without a code (1005)".to_owned() };
    let name = match code {
        CloseCode::Normal => " (normal)",
        CloseCode::Away => " (going away)",
        CloseCode::Protocol => " (protocol error)",
        CloseCode::Unsupported => " (unsupported data)",
        CloseCode::Invalid => " (invalid data)",
        CloseCode::Policy => " (policy violation)",
        CloseCode::Size => " (message too big)",
        CloseCode::Error => " (internal error)",
        _ => "",
    };
    let colon = if reason.is_empty() { "" } else { ": " };
    format!("{code}{name}{colon}{}", escape(reason.as_bytes()))
}
