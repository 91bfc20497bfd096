//! The handshake of a session (RFC 6455, section 4.2): an HTTP request, and a response that agrees or says why not.

use std::io::{self, ErrorKind};
use std::time::Duration;

use anyhow::{Error, Result, anyhow};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::builder::RangedU64ValueParser;
use socketserver::Connection;
use tungstenite::handshake::derive_accept_key;
use tungstenite::http::StatusCode;

use crate::channel::Channel;
use crate::origin::Origin;
use crate::request::{Request, is_host, is_target, is_token};

/// The maximum length of a handshake, in bytes.
const MAX_REQUEST: usize = 8192;
/// The maximum number of headers in a handshake.
const MAX_HEADERS: usize = 124;
/// The maximum of --max-message, in bytes.
const MAX_MAX_MESSAGE: u64 = 16 << 20;

/// Who may have a session, and what clients may send in it. Also the part of the command line that sets this.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Rules {
    /// Time limit for each message of a client
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = cli::nonzero_duration)]
    pub(crate) idle: Duration,
    /// Maximum length of a message, in bytes
    #[arg(long, value_name = "N", default_value = "65536", value_parser = max_message_parser())]
    pub(crate) max_message: usize,
    /// Origin whose pages may connect, such as http://localhost:8000, or null; repeatable [default: any]
    #[arg(long, value_name = "URL")]
    origin: Vec<Origin>,
}

/// Why a client does not get a session.
enum Refusal {
    /// The client receives this.
    Http(StatusCode, String),
    Io(io::Error),
}

/// Accepts a handshake. Returns what the client sent right after it.
///
/// Returns an error if there is no valid handshake; the client has received the reason with an HTTP status.
pub(crate) fn accept(client: &Connection, channel: &mut dyn Channel, rules: &Rules) -> Result<Vec<u8>> {
    let accepted = read_head(channel).and_then(|(head, rest)| {
        channel.write_all(switch_protocols(&head, rules)?.as_bytes())?;
        Ok(rest)
    });
    accepted.map_err(|refusal| refuse(client, channel, refusal))
}

fn max_message_parser() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(..=MAX_MAX_MESSAGE)
}

/// Reads the head of a request, up to the empty line. Returns it, and what arrived after it.
fn read_head(channel: &mut dyn Channel) -> Result<(Vec<u8>, Vec<u8>), Refusal> {
    let mut received = Vec::new();
    let mut piece = [0; 1024];
    while received.len() < MAX_REQUEST {
        let room = piece.len().min(MAX_REQUEST - received.len());
        let count = channel.read(&mut piece[..room])?;
        if count == 0 {
            return Err(io::Error::from(ErrorKind::UnexpectedEof).into());
        }
        received.extend(&piece[..count]);
        // An empty line before a request is ignored (RFC 9112, section 2.2).
        let start = if received.starts_with(b"\r\n") { 2 } else { 0 };
        if let Some(length) = received[start..].windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = received.split_off(start + length + 4);
            return Ok((received[start..start + length].to_vec(), rest));
        }
        // A client that speaks TLS, for example, never sends an empty line.
        if received.iter().take_while(|byte| **byte != b'\n').any(|byte| !matches!(byte, b' '..=b'~' | b'\r')) {
            return Err(bad_request());
        }
    }
    Err(too_large())
}

/// Checks a request, and returns the response that begins a session.
fn switch_protocols(head: &[u8], rules: &Rules) -> Result<String, Refusal> {
    let request = Request::parse(head).ok_or_else(bad_request)?;
    if request.header_count() > MAX_HEADERS {
        return Err(too_large());
    }
    if !request.single_value("host").is_some_and(is_host) {
        return Err(bad_request());
    }
    if request.method != "GET" {
        return Err(refusal(StatusCode::METHOD_NOT_ALLOWED, "a WebSocket handshake must be a GET request"));
    }
    // A body would be taken for frames, which a proxy in between does not expect (RFC 9112, section 11.2).
    let has_body =
        !matches!(request.values("content-length")[..], [] | ["0"]) || !request.values("transfer-encoding").is_empty();
    if has_body || !is_target(&request.target) {
        return Err(bad_request());
    }
    if !rules.allow(&request) {
        return Err(refusal(StatusCode::FORBIDDEN, "this origin is not allowed (--origin)"));
    }
    let (connection, upgrade) = (request.elements("connection"), request.elements("upgrade"));
    // A protocol is a name, and perhaps a version (RFC 9110, section 7.8).
    let mut tokens = connection.iter().map(String::as_str).chain(upgrade.iter().flat_map(|name| name.splitn(2, '/')));
    if !tokens.all(is_token) {
        return Err(bad_request());
    }
    let versions = request.values("sec-websocket-version");
    let offers = upgrade.iter().filter(|name| *name == "websocket").count();
    if offers > 1 || versions.len() > 1 {
        return Err(bad_request());
    }
    if offers == 0 || !connection.iter().any(|option| option == "upgrade") || versions != ["13"] {
        return Err(refusal(StatusCode::UPGRADE_REQUIRED, "this server only accepts WebSocket, version 13"));
    }
    let key = request.single_value("sec-websocket-key").filter(|key| is_key(key)).ok_or_else(bad_request)?;
    let accept = derive_accept_key(key.as_bytes());
    Ok(format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Accept: {accept}\r\n\r\n"
    ))
}

/// Whether the text is 16 bytes in base64.
fn is_key(text: &str) -> bool {
    STANDARD.decode(text).is_ok_and(|key| key.len() == 16)
}

impl Rules {
    /// Whether the request may come from there. A browser states the origin of its page; other programs need not
    /// (RFC 6455, section 10.2).
    fn allow(&self, request: &Request) -> bool {
        let is_allowed = |header: &str| self.origin.iter().any(|origin| origin.matches(header));
        self.origin.is_empty() || request.values("origin").into_iter().all(is_allowed)
    }
}

/// Tells the client why it does not get a session, and returns that as the error to report.
fn refuse(client: &Connection, channel: &mut dyn Channel, refusal: Refusal) -> Error {
    let (status, reason) = match refusal {
        Refusal::Http(status, reason) => (status, reason),
        Refusal::Io(error) if error.kind() == ErrorKind::TimedOut => {
            (StatusCode::REQUEST_TIMEOUT, "the handshake was not complete before the deadline".to_owned())
        }
        Refusal::Io(_) if client.is_shutting_down() => {
            (StatusCode::SERVICE_UNAVAILABLE, "the server is shutting down".to_owned())
        }
        Refusal::Io(_) => return anyhow!("disconnected during the handshake"),
    };
    let headers = match status {
        StatusCode::METHOD_NOT_ALLOWED => "Allow: GET\r\nConnection: close",
        // RFC 6455, section 4.2.2, point 4.
        StatusCode::UPGRADE_REQUIRED => "Connection: upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13",
        _ => "Connection: close",
    };
    let length = reason.len() + 1;
    let response = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}\r\n\r\n{reason}\n");
    // This fails if the client has left already. Then nobody needs the reason.
    let _ = channel.write_all(response.as_bytes());
    channel.lingering_close();
    anyhow!("handshake refused: {status}: {reason}")
}

fn refusal(status: StatusCode, reason: &str) -> Refusal {
    Refusal::Http(status, reason.to_owned())
}

fn bad_request() -> Refusal {
    refusal(StatusCode::BAD_REQUEST, "not a valid WebSocket handshake")
}

fn too_large() -> Refusal {
    let reason = format!("the handshake has more than {MAX_REQUEST} bytes or {MAX_HEADERS} headers");
    Refusal::Http(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, reason)
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Refusal {
        Refusal::Io(error)
    }
}
