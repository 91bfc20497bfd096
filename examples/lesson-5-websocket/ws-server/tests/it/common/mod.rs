//! A running ws-server in either language, and a client that sends whatever bytes a test wants.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::id;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use anyhow::{Context, Result, ensure};
use programs::{Language, Server, Signal, at_once, connect};
use wire::websocket::{ACCEPT, CLOSE, FIN, Frame, FrameHeader, TEXT};

/// The handshake of RFC 6455, section 1.3.
pub const HANDSHAKE: &str = "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

const MASKING_KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// Runs a test against ws-server in Rust and in Python.
pub fn with_each(options: &[&str], test: impl Fn(WsServer) -> Result<()> + Sync) -> Result<()> {
    at_once(Language::ALL, |language| {
        test(WsServer::start(language, options)?).with_context(|| format!("ws-server in {language:?}"))
    })
}

/// ws-server with an error log of its own.
pub struct WsServer {
    pub server: Server,
    pub echo: SocketAddr,
    pub token: SocketAddr,
    pub log: PathBuf,
}

/// A path for an error log that no other test uses.
pub fn unique_log() -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    std::env::temp_dir().join(format!("ws-server-{}-{}.log", id(), COUNT.fetch_add(1, Relaxed)))
}

/// What a server has printed, and the lines of its error log without the times.
pub struct Stopped {
    pub out: Vec<String>,
    pub err: Vec<String>,
    pub log: Vec<String>,
}

impl WsServer {
    pub fn start(language: Language, options: &[&str]) -> Result<WsServer> {
        WsServer::start_with_log(language, options, unique_log())
    }

    pub fn start_with_log(language: Language, options: &[&str], log: PathBuf) -> Result<WsServer> {
        let mut all = vec!["--listen-token", "127.0.0.1:0", "--error-log", log.to_str().context("not UTF-8")?];
        all.extend(options);
        let mut server = Server::start("ws-server", language, &all)?;
        let token = server.next_address()?;
        Ok(WsServer { echo: server.address, server, token, log })
    }

    /// Waits for the next line that contains the text.
    pub fn line(&mut self, text: &str) -> Result<String> {
        self.server.line(text)
    }

    /// Waits until the status of a port, given by its name, begins like this.
    pub fn wait_for_status(&mut self, port: &str, status: &str) -> Result<()> {
        loop {
            self.server.process.signal(Signal::USR1)?;
            if self.line(&format!("{port}: "))?.starts_with(&format!("{port}: {status}")) {
                return Ok(());
            }
        }
    }

    /// Waits until the server has seen that every client has left, and then stops it. A session that is open at shutdown is
    /// not logged.
    pub fn stop_when_idle(mut self) -> Result<Stopped> {
        self.wait_for_status("echo", "0 open")?;
        self.wait_for_status("token", "0 open")?;
        self.stop()
    }

    pub fn stop(self) -> Result<Stopped> {
        let ended = self.server.stop()?;
        let lines = |lines: Vec<&str>| lines.into_iter().map(str::to_owned).collect();
        let text = fs::read_to_string(&self.log)?;
        fs::remove_file(&self.log)?;
        let log = text.lines().map(|line| line.split_once(' ').map_or(line, |(_, line)| line).to_owned()).collect();
        Ok(Stopped { out: lines(ended.out()), err: lines(ended.err()), log })
    }
}

impl Stopped {
    /// The final line about a port.
    pub fn served(&self, port: &str) -> Result<&str> {
        let start = format!("ws-server ({port}) served ");
        self.out.iter().find_map(|line| line.strip_prefix(&start)).context("no final line")
    }
}

/// A client after its handshake.
pub struct Client(pub TcpStream);

impl Client {
    pub fn connect(to: SocketAddr) -> Result<Client> {
        let mut stream = send_request(to, HANDSHAKE.as_bytes())?;
        let head = read_head(&mut stream)?;
        ensure!(head.starts_with("HTTP/1.1 101 ") && head.contains(ACCEPT), "{head}");
        Ok(Client(stream))
    }

    pub fn send(&mut self, first: u8, payload: &[u8]) -> Result<()> {
        Ok(self.0.write_all(&frame(first, payload))?)
    }

    /// Reads the next frame: its first byte and its payload.
    pub fn receive(&mut self) -> Result<(u8, Vec<u8>)> {
        let frame = Frame::read_from(&self.0)?;
        ensure!(frame.masking_key.is_none(), "the server masks");
        Ok((frame.first_byte, frame.payload))
    }

    pub fn receive_text(&mut self) -> Result<String> {
        let (first, payload) = self.receive()?;
        ensure!(first == FIN | TEXT, "{first:#x} {}", payload.escape_ascii());
        Ok(String::from_utf8(payload)?)
    }

    /// Sends a text message and returns the next one from the server.
    pub fn ask(&mut self, text: &str) -> Result<String> {
        self.send(FIN | TEXT, text.as_bytes())?;
        self.receive_text()
    }

    pub fn assert_echoes(&mut self, text: &str) -> Result<()> {
        let reply = self.ask(text)?;
        ensure!(reply == format!("Server received: {text}"), "{reply}");
        Ok(())
    }

    /// Waits for a close frame with this code, and then for the end of the connection. Returns the reason.
    pub fn assert_closed(&mut self, code: u16) -> Result<String> {
        let (first, payload) = self.receive().context("no close frame")?;
        ensure!(first == FIN | CLOSE && payload.starts_with(&code.to_be_bytes()), "{}", payload.escape_ascii());
        self.assert_ended()?;
        Ok(String::from_utf8(payload[2..].to_vec())?)
    }

    pub fn assert_ended(&mut self) -> Result<()> {
        let mut rest = Vec::new();
        self.0.read_to_end(&mut rest)?;
        ensure!(rest.is_empty(), "after the end: {}", rest.escape_ascii());
        Ok(())
    }

    /// Closes the session normally.
    pub fn close(&mut self) -> Result<()> {
        self.send(FIN | CLOSE, &1000_u16.to_be_bytes())?;
        self.assert_closed(1000)?;
        Ok(())
    }
}

/// A masked frame.
pub fn frame(first_byte: u8, payload: &[u8]) -> Vec<u8> {
    Frame::new(first_byte, payload).masked(MASKING_KEY).encode()
}

/// Everything in a masked frame before a payload of this length.
pub fn frame_header(first_byte: u8, len: u64) -> Vec<u8> {
    [&FrameHeader { first_byte, is_masked: true, len }.encode()[..], &MASKING_KEY].concat()
}

pub fn send_request(to: SocketAddr, request: &[u8]) -> Result<TcpStream> {
    let mut stream = connect(to)?;
    stream.write_all(request)?;
    Ok(stream)
}

/// Reads everything up to the first empty line.
pub fn read_head(stream: &mut TcpStream) -> Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).with_context(|| format!("only {}", head.escape_ascii()))?;
        head.extend(byte);
    }
    Ok(String::from_utf8(head)?)
}

/// Reads a response that refuses a handshake: its status, and its head in lower case. The connection must end after the
/// body, which must have the length that the head states.
pub fn read_refusal(stream: &mut TcpStream) -> Result<(u16, String)> {
    let head = read_head(stream)?.to_ascii_lowercase();
    let status = head.split(' ').nth(1).context("no status")?.parse()?;
    let mut body = String::new();
    if status != 101 {
        stream.read_to_string(&mut body)?;
        ensure!(head.contains(&format!("content-length: {}\r\n", body.len())), "{head}{body}");
    }
    Ok((status, head))
}
