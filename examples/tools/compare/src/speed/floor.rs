//! The floors: servers that make the system calls which a conversation needs, and do nothing between them. What ours take
//! beyond that is their own.

use std::io::{Read, Write, stdout};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use anyhow::{Context, Result};
use auth::Nonce;
use clap::{Args, ValueEnum};
use cli::say;
use socket2::SockRef;
use tungstenite::Message;

/// As many callers may wait as with ours.
const BACKLOG: i32 = 1024;

/// What a floor does, and how it takes its clients.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Floor {
    pub(crate) what: What,
    pub(crate) how: How,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum What {
    Gate,
    Echo,
    Line,
    Threaded,
    /// No floor to WebSocket itself, but to what is done around the library: it stands here with all its defaults.
    WebSocket,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum How {
    /// One after the other, in the accept loop.
    Inline,
    /// A thread for each.
    Threads,
}

impl Floor {
    /// Serves until it is killed.
    pub(crate) fn serve(self) -> Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        SockRef::from(&listener).listen(BACKLOG)?;
        // Connections inherit it: no call for each.
        SockRef::from(&listener).set_tcp_nodelay(true)?;
        say!("floor listens on {}", listener.local_addr()?);
        loop {
            let (client, peer) = listener.accept()?;
            // A client that left is none of the floor's business.
            let serve = move || drop(self.what.serve(client, peer));
            match self.how {
                How::Inline => serve(),
                How::Threads => drop(thread::Builder::new().spawn(serve)?),
            }
        }
    }
}

impl What {
    fn serve(self, client: TcpStream, peer: SocketAddr) -> Result<()> {
        match self {
            What::Gate => gate(client, peer),
            What::Echo => echo(client, peer),
            What::Line | What::Threaded => request(client, peer),
            What::WebSocket => websocket(client, peer),
        }
    }
}

fn gate(mut client: TcpStream, peer: SocketAddr) -> Result<()> {
    client.write_all(Nonce::random()?.as_ref())?;
    let mut answer = [0; 33];
    let _ = client.read(&mut answer)?;
    log(&format!("{peer}: accepted, it holds the key\n"))
}

fn echo(mut client: TcpStream, peer: SocketAddr) -> Result<()> {
    client.write_all(Nonce::random()?.as_ref())?;
    let mut answer = [0; 16];
    client.read_exact(&mut answer)?;
    log(&format!("{peer}: accepted, it holds the key\n"))?;
    let mut buffer = [0; timestamp::LEN + 1024];
    buffer[..timestamp::LEN].copy_from_slice(STAMP);
    loop {
        let count = client.read(&mut buffer[timestamp::LEN..])?;
        if count == 0 {
            return Ok(());
        }
        client.write_all(&buffer[..timestamp::LEN + count])?;
    }
}

fn request(mut client: TcpStream, peer: SocketAddr) -> Result<()> {
    log(&format!("{peer}: connected\n"))?;
    let mut buffer = [0; timestamp::LEN + 1024];
    buffer[..timestamp::LEN].copy_from_slice(STAMP);
    let count = client.read(&mut buffer[timestamp::LEN..])?;
    Ok(client.write_all(&buffer[..timestamp::LEN + count])?)
}

fn websocket(client: TcpStream, peer: SocketAddr) -> Result<()> {
    let mut socket = tungstenite::accept(client).context("handshake")?;
    log(&format!("{peer}: connected\n"))?;
    loop {
        if let Message::Text(text) = socket.read()? {
            socket.send(Message::text(format!("Server received: {text}")))?;
        }
    }
}

/// Any time will do, and none costs less.
const STAMP: &timestamp::Timestamp = b"[Thu May 10 22:00:19 2018] ";

fn log(line: &str) -> Result<()> {
    Ok(stdout().write_all(line.as_bytes())?)
}
