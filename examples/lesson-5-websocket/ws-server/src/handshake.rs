use std::io::{ErrorKind, Read, Write};
use std::time::Duration;

use anyhow::{Result, bail};
use clap::builder::RangedU64ValueParser;
use socketserver::Connection;
use tungstenite::WebSocket;
use tungstenite::error::{CapacityError, Error, ProtocolError};
use tungstenite::handshake::headers::MAX_HEADERS;
use tungstenite::handshake::machine::TryParse;
use tungstenite::handshake::server::{Request, Response, create_response, write_response};
use tungstenite::http::{HeaderMap, StatusCode, header};
use tungstenite::protocol::{Role, WebSocketConfig};

use crate::origin::Origin;

/// The longest request for a handshake taken, in bytes.
const MAX_REQUEST: usize = 8192;

/// The most that --max-message can be, in bytes. For a frame as long as that room is set aside as soon as its header has
/// come, and a server that has no memory left ends.
const LONGEST_MESSAGE: u64 = 16 << 20;

/// How much is read at a time, in bytes. tungstenite clears as much before each read, which for its own 128 KiB costs more
/// than the echo of a short message does.
const READ_SIZE: usize = 4096;

/// Who gets a session, and what may be said in it; also its part of the command line.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Rules {
    /// Time between two messages of a client
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = cli::nonzero_duration)]
    pub(crate) idle: Duration,
    /// The longest message taken, in bytes
    #[arg(long, value_name = "N", default_value = "65536", value_parser = message_length())]
    pub(crate) max_message: usize,
    /// A page that may connect, by its origin, such as http://localhost:8000 or null; may be given again. Without it, any
    /// page may
    #[arg(long, value_name = "URL")]
    origin: Vec<Origin>,
}

/// Reads the request for a handshake (RFC 6455, section 4.2.1) and agrees, or answers over HTTP why not. tungstenite's own
/// `accept` gives no such answer, and takes a request in small pieces for an attack.
pub(crate) fn upgrade<'c>(client: &'c Connection, rules: &Rules) -> Result<WebSocket<&'c Connection>> {
    let (request, rest) = match read_request(client) {
        Ok(read) => read,
        Err(error) => return refuse(client, &error),
    };
    // HTTP itself wants it (RFC 9112, section 3.2), and tungstenite does not look.
    if request.headers().get_all(header::HOST).iter().count() != 1 {
        return refuse(client, &ProtocolError::InvalidHeader(Box::new(header::HOST)).into());
    }
    if !rules.allow(request.headers()) {
        return answer(client, StatusCode::FORBIDDEN, "this page may not connect (--origin)");
    }
    if let Err(error) = create_response(&request).and_then(|agreed| agree(client, &agreed)) {
        return refuse(client, &error);
    }
    let config = WebSocketConfig::default().read_buffer_size(READ_SIZE);
    Ok(WebSocket::from_partially_read(client, rest, Role::Server, Some(config)))
}

fn message_length() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(..=LONGEST_MESSAGE)
}

impl Rules {
    /// A browser says whose page it acts for; a program that is none need not (RFC 6455, section 10.2).
    fn allow(&self, headers: &HeaderMap) -> bool {
        let allowed = |page: &str| self.origin.iter().any(|origin| origin.is(page));
        let mut pages = headers.get_all(header::ORIGIN).iter();
        self.origin.is_empty() || pages.all(|page| page.to_str().is_ok_and(allowed))
    }
}

/// The request, and the bytes that came behind it.
fn read_request(mut client: &Connection) -> Result<(Request, Vec<u8>), Error> {
    let mut bytes = Vec::new();
    let mut piece = [0; 1024];
    while bytes.len() < MAX_REQUEST {
        let most = piece.len().min(MAX_REQUEST - bytes.len());
        let count = client.read(&mut piece[..most])?;
        if count == 0 {
            return Err(ProtocolError::HandshakeIncomplete.into());
        }
        bytes.extend_from_slice(&piece[..count]);
        if let Some((length, request)) = Request::try_parse(&bytes)? {
            return Ok((request, bytes.split_off(length)));
        }
    }
    Err(CapacityError::TooManyHeaders.into())
}

fn agree(mut client: &Connection, agreed: &Response) -> Result<(), Error> {
    let mut answer = Vec::new();
    write_response(&mut answer, agreed)?;
    Ok(client.write_all(&answer)?)
}

/// Tells the client what is wrong with its request, in HTTP's terms; that is the error which this always is.
fn refuse<T>(client: &Connection, error: &Error) -> Result<T> {
    use ProtocolError as Wrong;
    let (status, why) = match error {
        Error::Io(error) if error.kind() == ErrorKind::TimedOut => {
            (StatusCode::REQUEST_TIMEOUT, "the handshake was not whole before the deadline".to_owned())
        }
        Error::Io(_) if client.is_shutting_down() => {
            (StatusCode::SERVICE_UNAVAILABLE, "the server is shutting down".to_owned())
        }
        Error::Io(_) | Error::Protocol(Wrong::HandshakeIncomplete) => bail!("cut in the middle of the handshake"),
        Error::Capacity(_) => (
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            format!("a handshake has at most {MAX_REQUEST} bytes and {MAX_HEADERS} headers"),
        ),
        Error::Protocol(Wrong::WrongHttpMethod) => {
            (StatusCode::METHOD_NOT_ALLOWED, "a WebSocket handshake begins with GET".to_owned())
        }
        Error::Protocol(
            Wrong::MissingConnectionUpgradeHeader
            | Wrong::MissingUpgradeWebSocketHeader
            | Wrong::MissingSecWebSocketVersionHeader,
        ) => (StatusCode::UPGRADE_REQUIRED, "only WebSocket is spoken here, version 13".to_owned()),
        _ => (StatusCode::BAD_REQUEST, "that is no WebSocket handshake".to_owned()),
    };
    answer(client, status, &why)
}

fn answer<T>(mut client: &Connection, status: StatusCode, why: &str) -> Result<T> {
    let mut head = Response::builder().status(status).header(header::CONTENT_LENGTH, why.len() + 1);
    head = match status {
        StatusCode::METHOD_NOT_ALLOWED => head.header(header::ALLOW, "GET").header(header::CONNECTION, "close"),
        // RFC 6455, section 4.2.2, point 4.
        StatusCode::UPGRADE_REQUIRED => head
            .header(header::CONNECTION, "upgrade, close")
            .header(header::UPGRADE, "websocket")
            .header(header::SEC_WEBSOCKET_VERSION, "13"),
        _ => head.header(header::CONNECTION, "close"),
    };
    let mut answer = Vec::new();
    write_response(&mut answer, &head.body(())?)?;
    answer.extend_from_slice(format!("{why}\n").as_bytes());
    // It fails where the client has gone already, which is as good.
    let _ = client.write_all(&answer);
    client.lingering_close();
    bail!("handshake refused: {status}: {why}")
}
