//! Lessons 5 and 6, WebSocket as the tutorial has it: one port echoes, the other checks a token.
//!
//! Run with `cargo run -p naive-ws-server`. It is weak on purpose:
//! `cargo run -p attack -- --list` shows how it breaks.

mod token;

use std::env;
use std::fs::File;
use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use anyhow::{Context, Result, anyhow, ensure};
use chrono::Local;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::{Message, WebSocket};

fn main() -> Result<()> {
    let log = File::options().append(true).create(true).open("websocket_errors.log")?;
    let token_log = log.try_clone()?;
    let listener = listen("echo", env::args().nth(1).unwrap_or("127.0.0.1:8765".to_owned()))?;
    let token_listener = listen("token", env::args().nth(2).unwrap_or("127.0.0.1:8888".to_owned()))?;
    thread::spawn(move || serve(&token_listener, &token_log, token::check));
    serve(&listener, &log, echo)
}

fn listen(name: &str, address: String) -> Result<TcpListener> {
    let address: SocketAddr = address.parse()?;
    ensure!(address.ip().is_loopback(), "{address} is not a loopback address; this program is too weak for a network");
    let listener = TcpListener::bind(address)?;
    println!("naive-ws-server ({name}) listens on {}", listener.local_addr()?);
    Ok(listener)
}

fn serve(listener: &TcpListener, log: &File, handler: fn(WebSocket<TcpStream>) -> Result<()>) -> Result<()> {
    loop {
        // Weak: no limit to the number of threads, and an error here ends the port for everyone.
        let (client, _) = listener.accept()?;
        let mut log = log.try_clone()?;
        thread::spawn(move || {
            // Weak: no timeout, no limit to a message, and no look at the origin: web pages of all sites may connect.
            if let Err(error) = tungstenite::accept(client).context("handshake failed").and_then(handler) {
                // Weak: the client's own words go into the log unescaped, and the log has no limit.
                let _ = writeln!(log, "{} ERROR {error:#}", Local::now().format("%FT%T%:z"));
            }
        });
    }
}

fn echo(mut socket: WebSocket<TcpStream>) -> Result<()> {
    loop {
        match socket.read()? {
            Message::Text(text) => socket.send(Message::text(format!("Server received: {text}")))?,
            Message::Close(frame) => {
                while socket.read().is_ok() {}
                return match frame {
                    Some(frame) if frame.code != CloseCode::Normal => Err(anyhow!("Connection Closed Error: {frame}")),
                    _ => Ok(()),
                };
            }
            _ => {}
        }
    }
}
