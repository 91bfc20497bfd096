use std::io::{self, BufReader, Chain, Cursor, ErrorKind, Read};
use std::net::SocketAddr;
use std::str;
use std::time::Duration;

use anyhow::{Error, Result, anyhow, bail};
use cli::escape;
use socketserver::Connection;

use crate::channel::{BoxedChannel, Channel};
use crate::encryption::Encryption;
use crate::frame::{self, Header, frame};
use crate::handshake::{self, Rules};

/// How much a session reads from its socket at once, in bytes.
const READ_SIZE: usize = 4096;

/// A WebSocket session with a client. A violation of RFC 6455 ends it with the close code for that.
pub(crate) struct Session<'c> {
    client: &'c Connection,
    /// What the client sends, beginning with what arrived together with its handshake.
    input: BufReader<Chain<Cursor<Vec<u8>>, BoxedChannel<'c>>>,
}

/// What became of waiting for a message.
pub(crate) enum Received {
    Text(String),
    Binary,
    TooLong,
    /// No message was complete before the deadline.
    TimedOut,
    /// The client closed the session normally.
    Closed,
}

/// Why a session cannot go on.
pub(crate) enum Failure {
    /// The client violates RFC 6455: the close code, and what it does wrong.
    Violation(u16, &'static str),
    TooLong,
    /// The client closed the session with a code that reports an error.
    ClosedByClient(String),
    Read(io::Error),
    Write(io::Error),
}

impl<'c> Session<'c> {
    /// Accepts the client's handshake. A client that may not have a session receives an HTTP status instead.
    pub(crate) fn accept(client: &'c Connection, encryption: &Encryption, rules: &Rules) -> Result<Session<'c>> {
        let mut channel = encryption.accept(client)?;
        let rest = handshake::accept(client, channel.as_mut(), rules)?;
        Ok(Session { client, input: BufReader::with_capacity(READ_SIZE, Cursor::new(rest).chain(channel)) })
    }

    pub(crate) fn peer_addr(&self) -> SocketAddr {
        self.client.peer_addr()
    }

    /// Waits for a message, for at most this long until it is complete.
    pub(crate) fn receive_within(&mut self, time: Duration, max_length: usize) -> Result<Received> {
        self.client.set_deadline(time);
        self.receive(max_length)
    }

    /// Waits for a message until the current deadline.
    pub(crate) fn receive(&mut self, max_length: usize) -> Result<Received> {
        self.next_message(max_length).or_else(|failure| self.handle(failure))
    }

    /// Sends a text message.
    pub(crate) fn send(&mut self, text: &str) -> Result<()> {
        self.write(frame::TEXT, text.as_bytes()).or_else(|failure| self.handle(failure).map(drop))
    }

    /// Closes the session, and returns that as the error to report. The client receives the code and the reason.
    pub(crate) fn close(&mut self, code: u16, reason: &str) -> Error {
        // This fails if the client has left already. Then nobody needs the reason.
        let _ = self.write(frame::CLOSE, &[&code.to_be_bytes(), reason.as_bytes()].concat());
        self.channel().lingering_close();
        anyhow!("closed with {}", code_and_reason(code, reason))
    }

    /// Tells the client why the session cannot go on, if it does not know. What a program may reply to itself is `Ok`.
    fn handle(&mut self, failure: Failure) -> Result<Received> {
        use ErrorKind::{BrokenPipe, ConnectionReset, TimedOut, UnexpectedEof};
        match failure {
            Failure::TooLong => Ok(Received::TooLong),
            Failure::Read(error) if error.kind() == TimedOut => Ok(Received::TimedOut),
            Failure::Write(error) if error.kind() == TimedOut => bail!("the client does not read"),
            Failure::Violation(code, reason) => Err(self.close(code, reason)),
            Failure::ClosedByClient(why) => bail!("closed by the client with {why}"),
            Failure::Read(_) | Failure::Write(_) if self.client.is_shutting_down() => {
                Err(self.close(1001, "the server is shutting down"))
            }
            // TLS says what that means.
            Failure::Read(error) if error.kind() == UnexpectedEof && error.get_ref().is_some() => {
                Err(Error::new(error).context("disconnected without a close frame"))
            }
            Failure::Read(error) | Failure::Write(error) => match error.kind() {
                BrokenPipe | ConnectionReset | UnexpectedEof => bail!("disconnected without a close frame"),
                _ => Err(error.into()),
            },
        }
    }

    /// Reads frames until a message is complete. Control frames may come between its fragments.
    fn next_message(&mut self, max_length: usize) -> Result<Received, Failure> {
        let mut message = Vec::new();
        let mut valid = 0;
        let mut is_fragmented = false;
        loop {
            let header = Header::read(&mut self.input, max_length - message.len())?;
            match header.opcode {
                frame::CLOSE => {
                    let payload = header.read_payload(&mut self.input)?;
                    return self.closed_by_client(&payload);
                }
                frame::PING => {
                    let payload = header.read_payload(&mut self.input)?;
                    self.write(frame::PONG, &payload)?;
                    continue;
                }
                frame::PONG => {
                    header.read_payload(&mut self.input)?;
                    continue;
                }
                frame::CONTINUATION if !is_fragmented => {
                    return Err(Failure::Violation(1002, "a continuation frame continues nothing"));
                }
                frame::TEXT | frame::BINARY if is_fragmented => {
                    return Err(Failure::Violation(1002, "a new message begins before the last one ends"));
                }
                frame::BINARY => return Ok(Received::Binary),
                _ => {}
            }
            message.extend(header.read_payload(&mut self.input)?);
            valid += valid_up_to(&message[valid..]).ok_or(NOT_UTF8)?;
            if header.is_final {
                return String::from_utf8(message).map(Received::Text).map_err(|_| NOT_UTF8);
            }
            is_fragmented = true;
        }
    }

    /// Repeats the client's close frame, as RFC 6455 requires (section 5.5.1). Tells a normal end from an error.
    fn closed_by_client(&mut self, payload: &[u8]) -> Result<Received, Failure> {
        let code = match payload {
            [] => None,
            [high, low, ..] => Some(u16::from_be_bytes([*high, *low])),
            [_] => return Err(Failure::Violation(1002, "a close code has one byte only")),
        };
        // Section 7.4, and the registry of close codes for 1012 to 1014.
        if !matches!(code, None | Some(1000..=1003 | 1007..=1014 | 3000..=4999)) {
            return Err(Failure::Violation(1002, "the close code is not valid"));
        }
        let reason = str::from_utf8(payload.get(2..).unwrap_or_default()).map_err(|_| NOT_UTF8)?;
        // This fails if the client did not wait for it.
        let _ = self.write(frame::CLOSE, payload);
        self.channel().lingering_close();
        match code {
            None | Some(1000 | 1001 | 3000..) => Ok(Received::Closed),
            Some(code) => Err(Failure::ClosedByClient(code_and_reason(code, &escape(reason.as_bytes())))),
        }
    }

    fn write(&mut self, opcode: u8, payload: &[u8]) -> Result<(), Failure> {
        self.channel().write_all(&frame(opcode, payload)).map_err(Failure::Write)
    }

    fn channel(&mut self) -> &mut (dyn Channel + 'c) {
        self.input.get_mut().get_mut().1.as_mut()
    }
}

const NOT_UTF8: Failure = Failure::Violation(1007, "text must be UTF-8");

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Read(error)
    }
}

/// Returns how many bytes are complete characters, or `None` if no bytes after them can make the text valid.
fn valid_up_to(text: &[u8]) -> Option<usize> {
    match str::from_utf8(text) {
        Ok(_) => Some(text.len()),
        Err(error) if error.error_len().is_none() => Some(error.valid_up_to()),
        Err(_) => None,
    }
}

fn code_and_reason(code: u16, reason: &str) -> String {
    if reason.is_empty() { code.to_string() } else { format!("{code}: {reason}") }
}
