use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Result, bail};
use cli::escape;
use socketserver::Connection;
use tungstenite::error::ProtocolError;
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::{Error, Message, Utf8Bytes, WebSocket};

use crate::handshake::{Rules, upgrade};

/// What a control frame may have, however short messages are to be (RFC 6455, section 5.5).
const MAX_CONTROL: usize = 125;

/// A WebSocket session with a client, who breaks no rule of RFC 6455 without being told which.
pub(crate) struct Session<'c> {
    client: &'c Connection,
    socket: WebSocket<&'c Connection>,
}

/// What came of waiting for a message.
pub(crate) enum Received {
    Text(Utf8Bytes),
    Binary,
    TooLong,
    /// No whole message before the deadline.
    Nothing,
    /// The client closed the session, as one does.
    Close,
}

impl<'c> Session<'c> {
    /// The session of a client that asks for one as it should; another is told over HTTP what is wrong.
    pub(crate) fn accept(client: &'c Connection, rules: &Rules) -> Result<Session<'c>> {
        Ok(Session { client, socket: upgrade(client, rules)? })
    }

    pub(crate) fn peer_addr(&self) -> SocketAddr {
        self.client.peer_addr()
    }

    /// The next message, if all of it comes within this time.
    pub(crate) fn receive_within(&mut self, time: Duration, limit: usize) -> Result<Received> {
        self.client.set_deadline(time);
        self.receive(limit)
    }

    /// The next message, of `limit` bytes at most, if all of it comes before the deadline that runs.
    pub(crate) fn receive(&mut self, limit: usize) -> Result<Received> {
        self.socket.set_config(|config| {
            config.max_message_size = Some(limit);
            config.max_frame_size = Some(limit.max(MAX_CONTROL));
        });
        loop {
            match self.socket.read() {
                Ok(Message::Text(text)) => return Ok(Received::Text(text)),
                Ok(Message::Binary(_)) => return Ok(Received::Binary),
                Ok(Message::Close(farewell)) => {
                    // Sends the answer. It fails where the client has not waited for it, which is as good.
                    let _ = self.socket.flush();
                    return closed_by_client(farewell);
                }
                // The next read sends the pong.
                Ok(_) => {}
                Err(error) => return self.failed(error),
            }
        }
    }

    pub(crate) fn send(&mut self, text: impl Into<Utf8Bytes>) -> Result<()> {
        self.socket.send(Message::text(text)).or_else(|error| self.failed(error).map(drop))
    }

    /// Closes the session and tells the client why; that is the error which this always is.
    pub(crate) fn close<T>(&mut self, code: CloseCode, reason: &str) -> Result<T> {
        // It fails where the client has gone already, which is as good.
        let _ = self.socket.close(Some(CloseFrame { code, reason: reason.into() }));
        self.client.lingering_close();
        bail!("closed with {}", said(code, reason))
    }

    fn failed(&mut self, error: Error) -> Result<Received> {
        match error {
            Error::Io(error) if error.kind() == ErrorKind::TimedOut => Ok(Received::Nothing),
            Error::Io(_) if self.client.is_shutting_down() => {
                self.close(CloseCode::Away, "the server is shutting down")
            }
            Error::Io(error) if !matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => {
                Err(error.into())
            }
            Error::Io(_) | Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => {
                bail!("cut without a close frame")
            }
            Error::Capacity(_) => Ok(Received::TooLong),
            Error::Utf8(_) => self.close(CloseCode::Invalid, "text is UTF-8"),
            Error::Protocol(error) => self.close(CloseCode::Protocol, &error.to_string()),
            error => Err(error.into()),
        }
    }
}

/// A client may have a reason of its own to close (RFC 6455, section 7.4): one that is an error is told to the operator.
fn closed_by_client(farewell: Option<CloseFrame>) -> Result<Received> {
    let Some(CloseFrame { code, reason }) = farewell else { return Ok(Received::Close) };
    match u16::from(code) {
        1000 | 1001 | 3000.. => Ok(Received::Close),
        // So tungstenite answers a code that none may send, and hands out its answer instead.
        1002 if reason.as_str() == "Protocol violation" => bail!("closed with {}", said(code, &reason)),
        _ => bail!("closed by the client with {}", said(code, &escape(reason.as_bytes()))),
    }
}

fn said(code: CloseCode, reason: &str) -> String {
    if reason.is_empty() { code.to_string() } else { format!("{code}: {reason}") }
}
