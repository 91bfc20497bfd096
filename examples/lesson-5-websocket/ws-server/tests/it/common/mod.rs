//! A running ws-server in either language, and a client that sends whatever bytes a test wants.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::id;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use programs::{Language, Server, Signal};

/// Longer than anything here takes, unless it hangs.
pub const LONG: Duration = Duration::from_secs(60);

/// The handshake of RFC 6455, section 1.3, and the key that the server must derive from it.
pub const HANDSHAKE: &str = "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
pub const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// The first byte of a frame (RFC 6455, section 5.2): FIN, and the opcode.
pub const FIN: u8 = 0x80;
pub const CONTINUATION: u8 = 0x0;
pub const TEXT: u8 = 0x1;
pub const BINARY: u8 = 0x2;
pub const CLOSE: u8 = 0x8;
pub const PING: u8 = 0x9;
pub const PONG: u8 = 0xa;

/// Runs a test against ws-server in Rust and in Python.
pub fn with_each(options: &[&str], test: impl Fn(WsServer) -> Result<()>) -> Result<()> {
    for language in Language::ALL {
        test(WsServer::start(language, options)?).with_context(|| format!("ws-server in {language:?}"))?;
    }
    Ok(())
}

/// ws-server with an error log of its own.
pub struct WsServer {
    pub server: Server,
    pub echo: SocketAddr,
    pub token: SocketAddr,
    pub log: PathBuf,
}

/// What a server has printed, and the lines of its error log without the times.
pub struct Stopped {
    pub out: Vec<String>,
    pub err: Vec<String>,
    pub log: Vec<String>,
}

impl WsServer {
    pub fn start(language: Language, options: &[&str]) -> Result<WsServer> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Relaxed);
        let log = std::env::temp_dir().join(format!("ws-server-{}-{number}.log", id()));
        let mut all = vec!["--listen-token", "127.0.0.1:0", "--error-log", log.to_str().context("not UTF-8")?];
        all.extend(options);
        let mut server = Server::start("ws-server", language, &all)?;
        let line = server.line("(token) listens on")?;
        let token = line.rsplit(' ').next().context("no address")?.parse()?;
        Ok(WsServer { echo: server.address, server, token, log })
    }

    /// Waits for the next line that contains the text.
    pub fn line(&mut self, text: &str) -> Result<String> {
        self.server.line(text)
    }

    /// Waits until this many connections are open at a port, given by its name.
    pub fn wait_until_open(&mut self, port: &str, count: usize) -> Result<()> {
        loop {
            self.server.process.signal(Signal::USR1)?;
            if self.line(&format!("{port}: "))?.starts_with(&format!("{port}: {count} open")) {
                return Ok(());
            }
        }
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
        let [first, length] = self.read_array()?;
        let length = match length {
            126 => u16::from_be_bytes(self.read_array()?).into(),
            127 => u64::from_be_bytes(self.read_array()?),
            128.. => bail!("the server masks"),
            length => length.into(),
        };
        let mut payload = vec![0; usize::try_from(length)?];
        self.0.read_exact(&mut payload)?;
        Ok((first, payload))
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

    fn read_array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut array = [0; N];
        self.0.read_exact(&mut array)?;
        Ok(array)
    }
}

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// A frame as a client sends it, masked.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = frame_header(first, payload.len());
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

/// Everything in a masked frame before a payload of this length.
pub fn frame_header(first: u8, length: usize) -> Vec<u8> {
    let mut head = vec![first];
    match length {
        0..126 => head.push(0x80 | length as u8),
        126..65536 => {
            head.push(0x80 | 126);
            head.extend((length as u16).to_be_bytes());
        }
        _ => {
            head.push(0x80 | 127);
            head.extend((length as u64).to_be_bytes());
        }
    }
    head.extend(MASK);
    head
}

pub fn connect(to: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(to)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(LONG))?;
    Ok(stream)
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
