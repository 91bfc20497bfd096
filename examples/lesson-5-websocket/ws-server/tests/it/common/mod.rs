//! A running ws-server in either language, and a client that knows no better than bytes.

#![allow(dead_code, reason = "each test uses its part")]

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use programs::{Ended, Language, Server};

/// Longer than anything here takes when all is well.
pub const LONG: Duration = Duration::from_secs(60);

/// RFC 6455, section 1.3, with its key and what must come of that.
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

/// ws-server with an error log of its own.
pub struct WsServer {
    pub server: Server,
    pub echo: SocketAddr,
    pub token: SocketAddr,
    pub log: PathBuf,
}

impl WsServer {
    pub fn start(language: Language, options: &[&str]) -> Result<WsServer> {
        static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let log = std::env::temp_dir().join(format!("ws-server-{}-{number}.log", std::process::id()));
        let mut all = vec!["--listen-token", "127.0.0.1:0", "--error-log", log.to_str().context("a path of UTF-8")?];
        all.extend(options);
        let mut server = Server::start("ws-server", language, &all)?;
        let line = server.line("(token) listens on")?;
        let token = line.rsplit(' ').next().context("an address")?.parse()?;
        Ok(WsServer { echo: server.address, server, token, log })
    }

    /// Ends it; returns what it printed and its error log, without the times.
    pub fn stop(self) -> Result<(Ended, Vec<String>)> {
        let log = self.log.clone();
        let ended = self.server.stop()?;
        let text = fs::read_to_string(&log)?;
        fs::remove_file(&log)?;
        let lines = text.lines().map(|line| line.split_once(' ').map_or(line, |(_, line)| line).to_owned());
        Ok((ended, lines.collect()))
    }
}

/// A client after its handshake.
pub struct Raw(pub TcpStream);

impl Raw {
    pub fn connect(to: SocketAddr) -> Result<Raw> {
        let mut stream = TcpStream::connect(to)?;
        stream.set_read_timeout(Some(LONG))?;
        stream.write_all(HANDSHAKE.as_bytes())?;
        let answer = head(&mut stream)?;
        ensure!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
        ensure!(answer.contains(ACCEPT), "{answer}");
        Ok(Raw(stream))
    }

    pub fn send(&mut self, first: u8, payload: &[u8]) -> Result<()> {
        Ok(self.0.write_all(&frame(first, payload))?)
    }

    /// The next frame: its first byte and its payload.
    pub fn receive(&mut self) -> Result<(u8, Vec<u8>)> {
        let mut head = [0; 2];
        self.0.read_exact(&mut head)?;
        let length = match head[1] {
            126 => {
                let mut length = [0; 2];
                self.0.read_exact(&mut length)?;
                usize::from(u16::from_be_bytes(length))
            }
            127 => {
                let mut length = [0; 8];
                self.0.read_exact(&mut length)?;
                usize::try_from(u64::from_be_bytes(length))?
            }
            masked if masked >= 0x80 => bail!("a server does not mask"),
            length => usize::from(length),
        };
        let mut payload = vec![0; length];
        self.0.read_exact(&mut payload)?;
        Ok((head[0], payload))
    }

    pub fn asks(&mut self, text: &str) -> Result<String> {
        self.send(FIN | TEXT, text.as_bytes())?;
        let (first, payload) = self.receive()?;
        ensure!(first == FIN | TEXT, "{first:#x} {}", payload.escape_ascii());
        Ok(String::from_utf8(payload)?)
    }

    /// What the server closes with, after which it says nothing more.
    pub fn closed(&mut self) -> Result<(u16, String)> {
        let (first, payload) = self.receive().context("a close frame")?;
        ensure!(first == FIN | CLOSE, "{first:#x} {}", payload.escape_ascii());
        let (code, reason) = payload.split_first_chunk().context("a close code")?;
        self.ended()?;
        Ok((u16::from_be_bytes(*code), String::from_utf8(reason.to_vec())?))
    }

    /// Waits for the end, with nothing before it.
    pub fn ended(&mut self) -> Result<()> {
        let mut rest = Vec::new();
        self.0.read_to_end(&mut rest)?;
        ensure!(rest.is_empty(), "after the end: {}", rest.escape_ascii());
        Ok(())
    }
}

/// A frame as a client sends it, masked.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = announced(first, payload.len());
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// What announces a masked frame of this length, and the mask.
pub fn announced(first: u8, length: usize) -> Vec<u8> {
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

/// All up to the first empty line.
pub fn head(stream: &mut TcpStream) -> Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        match stream.read(&mut byte) {
            Ok(0) => bail!("it ended: {}", head.escape_ascii()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                bail!("cannot receive the response: {}", head.escape_ascii())
            }
            read => head.extend(&byte[..read?]),
        }
    }
    Ok(String::from_utf8(head)?)
}
