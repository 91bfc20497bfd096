//! Clients that do nothing but ask, as many at once as there are to be, and look at every answer: a wrong byte is an error.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use auth::{Key, Scheme};

use super::floor::What;
use super::running::{Running, Usage};

pub(super) const GATE_KEY: &str = "老衲洗头用飘柔";
pub(super) const ECHO_KEY: &str = "芝麻开门";

/// How long an answer may take before it is an error.
const WAIT: Duration = Duration::from_secs(10);

/// What was asked of a server, and what it took.
#[derive(Debug)]
pub(super) struct Load {
    /// How long each operation took.
    pub(super) times: Vec<Duration>,
    pub(super) elapsed: Duration,
    /// Of the server's processor.
    pub(super) cpu: Duration,
}

/// Loads the server for so long with so many clients, each of which asks once to begin with, and from then on again as
/// soon as it has its answer.
pub(super) fn put(what: What, server: &Running, clients: usize, time: Duration) -> Result<Load> {
    let stop = AtomicBool::new(false);
    let ready = Barrier::new(clients + 1);
    thread::scope(|scope| {
        let client = || -> Result<Vec<Duration>> {
            // The first answer is not counted: whoever called before has been taken in by then.
            let client = Client::new(what, server.address).and_then(|mut client| client.ask().map(|()| client));
            ready.wait();
            let mut client = client?;
            let mut times = Vec::new();
            while !stop.load(Relaxed) {
                let begin = Instant::now();
                client.ask()?;
                times.push(begin.elapsed());
            }
            Ok(times)
        };
        let running: Vec<_> = (0..clients).map(|_| scope.spawn(client)).collect();
        ready.wait();
        let (begin, before) = (Instant::now(), server.usage());
        thread::sleep(time);
        stop.store(true, Relaxed);
        let mut times = Vec::new();
        for client in running {
            times.extend(client.join().ok().context("a client failed")??);
        }
        let elapsed = begin.elapsed();
        let (Usage { cpu: before, .. }, Usage { cpu: after, .. }) = (before?, server.usage()?);
        ensure!(!times.is_empty(), "no answer within {time:?}");
        Ok(Load { times, elapsed, cpu: after.saturating_sub(before) })
    })
}

impl Load {
    /// Operations a second.
    pub(super) fn rate(&self) -> f64 {
        self.times.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// Of the server's processor for each operation, in microseconds.
    pub(super) fn cpu_each(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.times.len() as f64
    }

    /// The time that 99 of 100 operations stayed under, in milliseconds.
    pub(super) fn percentile_99(&self) -> f64 {
        let mut times = self.times.clone();
        times.sort();
        let index = (times.len() * 99).div_ceil(100).saturating_sub(1);
        times.get(index).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
    }
}

/// One client, with all that it needs from one operation to the next.
enum Client {
    Gate { server: SocketAddr, key: Key },
    Echo(Session),
    Request { server: SocketAddr, request: &'static [u8] },
    WebSocket(WebSocket),
}

impl Client {
    fn new(what: What, server: SocketAddr) -> Result<Client> {
        Ok(match what {
            What::Gate => Client::Gate { server, key: Key::new(GATE_KEY)? },
            What::Echo => Client::Echo(Session::open(server, &Key::new(ECHO_KEY)?)?),
            What::Line => Client::Request { server, request: b"open sesame\r\n" },
            What::Threaded => Client::Request { server, request: b"open sesame" },
            What::WebSocket => Client::WebSocket(WebSocket::open(server)?),
        })
    }

    fn ask(&mut self) -> Result<()> {
        match self {
            Client::Gate { server, key } => {
                let mut stream = connect(*server)?;
                auth::respond(&mut stream, key, Scheme::Md5Hex)?;
                // The server closes when it has judged.
                let count = stream.read(&mut [0]).context("the end of a handshake")?;
                ensure!(count == 0, "a gate says nothing after its nonce");
            }
            Client::Echo(session) => session.ask()?,
            Client::WebSocket(session) => session.ask()?,
            Client::Request { server, request } => {
                let mut stream = connect(*server)?;
                stream.write_all(request)?;
                let mut answer = Vec::with_capacity(64);
                stream.read_to_end(&mut answer).context("an answer")?;
                must_be_stamped(&answer, request)?;
            }
        }
        Ok(())
    }
}

/// An echo session that was let in.
#[derive(Debug)]
pub(super) struct Session(TcpStream);

impl Session {
    pub(super) const MESSAGE: [u8; 64] = [b'm'; 64];

    pub(super) fn open(server: SocketAddr, key: &Key) -> Result<Session> {
        let mut stream = connect(server)?;
        stream.set_nodelay(true)?;
        auth::respond(&mut stream, key, Scheme::Md5)?;
        let mut session = Session(stream);
        // The server does not say that it let us in: it answers.
        session.ask()?;
        Ok(session)
    }

    /// Sends a message and has it back.
    pub(super) fn ask(&mut self) -> Result<()> {
        self.0.write_all(&Session::MESSAGE)?;
        let mut answer = [0; timestamp::LEN + Session::MESSAGE.len()];
        self.0.read_exact(&mut answer).context("an echo")?;
        must_be_stamped(&answer, &Session::MESSAGE)
    }
}

/// A WebSocket session, and a message ready to be sent: no library is in the way of what is measured.
struct WebSocket {
    stream: TcpStream,
    message: Vec<u8>,
    answer: Vec<u8>,
    read: Vec<u8>,
}

impl WebSocket {
    /// The key of RFC 6455, section 1.3, and what must come of it.
    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

    fn open(server: SocketAddr) -> Result<WebSocket> {
        let mut stream = connect(server)?;
        stream.set_nodelay(true)?;
        stream.write_all(WebSocket::REQUEST)?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).context("the answer to the handshake")?;
            head.extend(byte);
        }
        let head = String::from_utf8_lossy(&head);
        let agreed = head.starts_with("HTTP/1.1 101 ") && head.contains(WebSocket::ACCEPT);
        ensure!(agreed, "no handshake: {}", cli::escape(head.as_bytes()));

        let text = Session::MESSAGE;
        // FIN and text, MASK and the length (RFC 6455, section 5.2).
        let mut message = vec![0x81, 0x80 | text.len() as u8];
        message.extend(WebSocket::MASK);
        message.extend(text.iter().zip(WebSocket::MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        let answer = [b"Server received: ", &text[..]].concat();
        let answer = [&[0x81, answer.len() as u8], &answer[..]].concat();
        let read = vec![0; answer.len()];
        Ok(WebSocket { stream, message, answer, read })
    }

    fn ask(&mut self) -> Result<()> {
        self.stream.write_all(&self.message)?;
        self.stream.read_exact(&mut self.read).context("an echo")?;
        ensure!(self.read == self.answer, "a wrong answer: {}", cli::escape(&self.read));
        Ok(())
    }
}

pub(super) fn connect(server: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(server).context("cannot connect")?;
    // Where a server hangs, this tool must not.
    stream.set_read_timeout(Some(WAIT))?;
    Ok(stream)
}

fn must_be_stamped(answer: &[u8], text: &[u8]) -> Result<()> {
    let is_well = timestamp::is_timestamp(answer) && &answer[timestamp::LEN..] == text;
    ensure!(is_well, "a wrong answer to {}: {}", cli::escape(text), cli::escape(answer));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_byte_is_an_error() {
        assert!(must_be_stamped(b"[Wed May  9 20:44:11 2018] hello", b"hello").is_ok());
        for wrong in [&b"[Wed May  9 20:44:11 2018] hullo"[..], b"[Wed May  9 20:44:11 2018] hello!", b"hello", b""] {
            assert!(must_be_stamped(wrong, b"hello").is_err(), "{}", cli::escape(wrong));
        }
    }

    #[test]
    fn ninety_nine_of_a_hundred_are_under_the_percentile() {
        let times = (1..=100).map(Duration::from_millis).collect();
        let load = Load { times, elapsed: Duration::from_secs(10), cpu: Duration::from_millis(1) };
        assert_eq!(load.percentile_99(), 99.0);
        assert_eq!((load.rate(), load.cpu_each()), (10.0, 10.0));
    }
}
