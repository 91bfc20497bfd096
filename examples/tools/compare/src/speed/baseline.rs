//! The baselines: servers that make the system calls which a conversation needs, and do nothing between them. What our
//! servers take beyond that is their own cost.

use std::io::{Read, Write, stdout};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result};
use auth::mutual::{ChannelBinding, authenticate_client};
use auth::{Key, Nonce};
use cli::say;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use socket2::SockRef;
use tls::Identity;
use tungstenite::Message;
use wire::Lesson;

/// The same backlog as in our servers.
const BACKLOG: i32 = 1024;
/// Any time will do: none costs less than one that is constant.
const TIMESTAMP: &timestamp::Timestamp = b"[Thu May 10 22:00:19 2018] ";
const MESSAGE_LEN: usize = 1024;

type Serve = dyn Fn(TcpStream, SocketAddr) -> Result<()> + Send + Sync;

/// Serves a lesson until the process is killed: in a thread for each connection, or one client after the other.
pub(crate) fn serve(lesson: Lesson, has_threads: bool) -> Result<()> {
    let serve: Arc<Serve> = match lesson.name {
        "gate" => Arc::new(gate),
        "echo" => Arc::new(echo),
        "mutual" => Arc::new(mutual),
        "tls" => {
            let (config, key) = (tls::server_config(Identity::self_signed()?)?, Key::new(lesson.key)?);
            Arc::new(move |client, peer| encrypted(client, peer, &config, &key))
        }
        "ws" => Arc::new(websocket),
        _ => Arc::new(request),
    };
    let listener = TcpListener::bind("127.0.0.1:0")?;
    SockRef::from(&listener).listen(BACKLOG)?;
    // Connections inherit this option, which saves a call for each.
    SockRef::from(&listener).set_tcp_nodelay(true)?;
    say!("baseline listens on {}", listener.local_addr()?);
    loop {
        let (client, peer) = listener.accept()?;
        let serve = Arc::clone(&serve);
        // A client that leaves early is not an error of the baseline.
        let serve = move || drop(serve(client, peer));
        if has_threads {
            thread::Builder::new().spawn(serve)?;
        } else {
            serve();
        }
    }
}

fn gate(mut client: TcpStream, peer: SocketAddr) -> Result<()> {
    client.write_all(Nonce::random()?.as_ref())?;
    let _ = client.read(&mut [0; 33])?;
    log(&format!("{peer}: accepted, it holds the key\n"))
}

fn echo(mut client: TcpStream, peer: SocketAddr) -> Result<()> {
    client.write_all(Nonce::random()?.as_ref())?;
    client.read_exact(&mut [0; 16])?;
    log(&format!("{peer}: accepted, it holds the key\n"))?;
    while reply(&mut client)? > 0 {}
    Ok(())
}

fn mutual(mut client: TcpStream, peer: SocketAddr) -> Result<()> {
    // The client checks the proof.
    let lesson = Lesson::named("mutual").context("no lesson")?;
    let _ = authenticate_client(&mut client, &Key::new(lesson.key)?, ChannelBinding::None)?;
    log(&format!("{peer}: accepted, it holds the key\n"))?;
    while reply(&mut client)? > 0 {}
    Ok(())
}

/// rustls on a connection without time limits: a baseline for what our server does around the library.
fn encrypted(client: TcpStream, peer: SocketAddr, config: &Arc<ServerConfig>, key: &Key) -> Result<()> {
    let mut client = StreamOwned::new(ServerConnection::new(Arc::clone(config))?, client);
    client.conn.complete_io(&mut client.sock)?;
    let value = client.conn.export_keying_material([0; 32], b"EXPORTER-Channel-Binding", None)?;
    let _ = authenticate_client(&mut client, key, ChannelBinding::TlsExporter(value))?;
    log(&format!("{peer}: accepted, it holds the key\n"))?;
    while reply(&mut client)? > 0 {}
    client.conn.send_close_notify();
    Ok(client.flush()?)
}

fn request(mut client: TcpStream, peer: SocketAddr) -> Result<()> {
    log(&format!("{peer}: connected\n"))?;
    reply(&mut client).map(drop)
}

/// Reads a message and sends it back after a timestamp. Returns its length.
fn reply(client: &mut (impl Read + Write)) -> Result<usize> {
    let mut buffer = [0; timestamp::LEN + MESSAGE_LEN];
    buffer[..timestamp::LEN].copy_from_slice(TIMESTAMP);
    let count = client.read(&mut buffer[timestamp::LEN..])?;
    if count > 0 {
        client.write_all(&buffer[..timestamp::LEN + count])?;
    }
    Ok(count)
}

/// tungstenite with its defaults: a baseline for what our server does around the library.
fn websocket(client: TcpStream, peer: SocketAddr) -> Result<()> {
    let mut socket = tungstenite::accept(client).context("handshake")?;
    log(&format!("{peer}: connected\n"))?;
    loop {
        if let Message::Text(text) = socket.read()? {
            socket.send(Message::text(format!("Server received: {text}")))?;
        }
    }
}

fn log(line: &str) -> Result<()> {
    Ok(stdout().write_all(line.as_bytes())?)
}
