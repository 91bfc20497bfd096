use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Error, Result, anyhow, bail};
use cli::Address;
use cli::escape;
use client::{TimedStream, is_closed};
use tungstenite::error::{Error as WebSocketError, ProtocolError};
use tungstenite::handshake::HandshakeError;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tungstenite::{Bytes, Message, WebSocket};

use crate::url::Url;

/// The longest answer taken, in bytes.
const MAX_ANSWER: usize = 1 << 20;

/// A WebSocket session with a server.
pub(crate) struct Session {
    address: Address,
    socket: WebSocket<TimedStream>,
}

impl Session {
    /// Connects, and does the handshake, all within the deadline.
    pub(crate) fn connect(url: &Url, deadline: Duration) -> Result<Session> {
        let address = url.address.clone();
        let stream = TcpStream::connect(&address).map_err(|error| address.cannot_connect(error))?;
        let server = TimedStream::new(stream, deadline);
        let limit = Some(MAX_ANSWER);
        let config = WebSocketConfig::default().read_buffer_size(4096).max_message_size(limit).max_frame_size(limit);
        match tungstenite::client::client_with_config(&url.uri, server, Some(config)) {
            Ok((socket, _)) => Ok(Session { address, socket }),
            Err(HandshakeError::Failure(error)) => Err(no_handshake(&address, error)),
            Err(error @ HandshakeError::Interrupted(_)) => Err(error).with_context(|| format!("{address}")),
        }
    }

    /// Sends a message and returns the answer.
    pub(crate) fn ask(&mut self, message: &str) -> Result<Bytes> {
        self.socket.get_mut().restart_deadline();
        match self.socket.send(Message::text(message)) {
            // A server that has closed has said why, before.
            Err(WebSocketError::Io(error)) if is_closed(&error) => {}
            sent => sent.map_err(|error| self.ended(error))?,
        }
        loop {
            match self.socket.read() {
                Ok(Message::Text(text)) => return Ok(text.into()),
                Ok(Message::Binary(bytes)) => return Ok(bytes),
                Ok(Message::Close(frame)) => {
                    // The server has our part of the close, if it waits for it.
                    let _ = self.socket.flush();
                    bail!("{} closed the connection: {}", self.address, said(frame));
                }
                Ok(_) => {}
                Err(error) => return Err(self.ended(error)),
            }
        }
    }

    /// Takes leave of the server, and waits until it has done so too.
    pub(crate) fn close(mut self) {
        self.socket.get_mut().restart_deadline();
        let farewell = CloseFrame { code: CloseCode::Normal, reason: "".into() };
        // All that was asked is answered: however the rest goes, the work is done.
        let mut left = self.socket.close(Some(farewell)).is_err();
        while !left {
            left = self.socket.read().is_err();
        }
    }

    fn ended(&self, error: WebSocketError) -> Error {
        let address = &self.address;
        match error {
            WebSocketError::Io(error) if !is_closed(&error) => Error::new(error).context(format!("{address}")),
            WebSocketError::Io(_) | WebSocketError::Protocol(ProtocolError::ResetWithoutClosingHandshake) => {
                anyhow!("{address} cut the connection without a close frame (1006)")
            }
            error => Error::new(error).context(format!("{address}")),
        }
    }
}

fn no_handshake(address: &Address, error: WebSocketError) -> Error {
    match error {
        WebSocketError::Http(answer) => anyhow!("{address} refused the handshake: {}", answer.status()),
        WebSocketError::Io(error) if !is_closed(&error) => Error::new(error).context(format!("{address}")),
        WebSocketError::Io(_) | WebSocketError::Protocol(ProtocolError::HandshakeIncomplete) => {
            anyhow!("{address} cut the connection in the handshake; is that a WebSocket server?")
        }
        _ => anyhow!("{address} does not speak WebSocket"),
    }
}

/// The close frame in words: code, its name (RFC 6455, section 7.4.1), and the server's reason.
fn said(frame: Option<CloseFrame>) -> String {
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
