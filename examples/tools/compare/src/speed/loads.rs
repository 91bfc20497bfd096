//! The loads that are measured, and how each uses a server.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpStream};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use cli::warn;
use wire::{LESSONS, Lesson};

use super::Implementation;
use super::client::{Client, connect};
use super::server::Server;

/// A load that some implementations bear in turns.
pub(super) struct Load {
    pub(super) title: String,
    pub(super) lesson: Lesson,
    pub(super) rounds: usize,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    /// Clients that each send the next request as soon as they have the last reply, next to peers that send nothing.
    Busy { clients: usize, stalled_peers: usize, time: Duration },
    /// Clients that each leave after the handshake of a session, and begin the next.
    Handshakes { clients: usize, time: Duration },
    /// Sessions in which nothing is sent.
    Idle { sessions: usize },
}

const BUSY: &[&str] = &["operations per second", "server CPU per operation, µs", "99th percentile, ms"];
const IDLE: &[&str] = &["resident memory per session, KiB"];

/// Returns everything that is measured.
pub(super) fn all(quick: bool) -> Vec<Load> {
    let [gate, echo, line, threaded, websocket, _, _, mutual, .., tls] = LESSONS;
    let (millis, rounds, sessions) = if quick { (80, 2, 100) } else { (700, 6, 10_000) };
    let time = Duration::from_millis(millis);
    let busy = [
        ("gate, 8 clients", gate, 8, 0),
        ("line, 8 clients", line, 8, 0),
        ("threaded, 8 clients", threaded, 8, 0),
        // Few enough that they do not wait for each other.
        ("threaded, 2 clients", threaded, 2, 0),
        ("threaded, 2 clients, 200 stalled peers", threaded, 2, 200),
        ("echo, 1 session", echo, 1, 0),
        ("echo, 8 sessions", echo, 8, 0),
        ("echo, 64 sessions", echo, 64, 0),
        ("WebSocket, 1 session", websocket, 1, 0),
        ("WebSocket, 8 sessions", websocket, 8, 0),
        ("WebSocket, 64 sessions", websocket, 64, 0),
        ("TLS, 1 session", tls, 1, 0),
        ("TLS, 8 sessions", tls, 8, 0),
    ];
    let busy = busy.map(|(title, lesson, clients, stalled_peers)| Load {
        title: title.to_owned(),
        lesson,
        rounds,
        kind: Kind::Busy { clients, stalled_peers, time },
    });
    let handshakes = [
        ("echo, 8 clients, handshakes", echo),
        ("mutual, 8 clients, handshakes", mutual),
        ("TLS, 8 clients, handshakes", tls),
    ];
    let handshakes = handshakes.map(|(title, lesson)| Load {
        title: title.to_owned(),
        lesson,
        rounds,
        kind: Kind::Handshakes { clients: 8, time },
    });
    let idle = [("echo", echo, sessions), ("TLS", tls, sessions.min(1000))].map(|(name, lesson, sessions)| Load {
        title: format!("{name}, {sessions} idle sessions"),
        lesson,
        // The memory differs little between rounds, and opening 10,000 sessions takes a while.
        rounds: 1,
        kind: Kind::Idle { sessions },
    });
    busy.into_iter().chain(handshakes).chain(idle).collect()
}

impl Load {
    pub(super) fn metrics(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::Busy { .. } | Kind::Handshakes { .. } => BUSY,
            Kind::Idle { .. } => IDLE,
        }
    }

    /// Returns the implementations that can bear it: the inline loop cannot serve two clients at a time.
    pub(super) fn implementations(&self) -> Vec<Implementation> {
        use Implementation::{Inline, Ours, Python, Threads};
        let is_one_after_the_other = match self.kind {
            Kind::Busy { stalled_peers, .. } => self.lesson.to_server.repeated.is_empty() && stalled_peers == 0,
            Kind::Handshakes { .. } => true,
            Kind::Idle { .. } => false,
        };
        if is_one_after_the_other { vec![Ours, Inline, Threads, Python] } else { vec![Ours, Threads, Python] }
    }

    /// Measures one implementation once. Returns a figure for each metric, or none if the system cannot do that.
    ///
    /// # Errors
    /// Returns an error if a reply is wrong or missing.
    pub(super) fn run(&self, implementation: Implementation) -> Result<Vec<f64>> {
        match self.kind {
            Kind::Busy { clients, stalled_peers, time } => {
                // A deadline longer than a round, so that the stalled peers stay as long.
                let options: &[_] = if stalled_peers > 0 { &["--deadline", "60s"] } else { &[] };
                let server = Server::start(&self.lesson, implementation, options)?;
                let stalled: Vec<_> = (0..stalled_peers).map(|_| connect(server.address())).collect::<Result<_>>()?;
                let Busy { times, elapsed, cpu } = busy(&self.lesson, &server, clients, time, Client::new)?;
                stalled.iter().try_for_each(ensure_open)?;
                let (accepted, asked) = (server.finish()?, times.len() + clients);
                let is_gate = self.lesson.name == "gate";
                ensure!(!is_gate || accepted == asked, "the gate accepted {accepted} of {asked} right responses");
                Ok(Busy { times, elapsed, cpu }.figures())
            }
            Kind::Handshakes { clients, time } => {
                let server = Server::start(&self.lesson, implementation, &[])?;
                Ok(busy(&self.lesson, &server, clients, time, Client::handshakes)?.figures())
            }
            Kind::Idle { sessions } => Ok(Vec::from_iter(memory_per_session(&self.lesson, implementation, sessions)?)),
        }
    }
}

/// The measurements of busy clients.
struct Busy {
    /// The time that each operation took.
    times: Vec<Duration>,
    elapsed: Duration,
    /// The processor time of the server.
    cpu: Duration,
}

impl Busy {
    /// Returns a figure for each metric.
    fn figures(self) -> Vec<f64> {
        let count = self.times.len() as f64;
        let rate = count / self.elapsed.as_secs_f64();
        vec![rate, self.cpu.as_secs_f64() * 1e6 / count, percentile_99(self.times)]
    }
}

/// Creates a client.
type Connect = fn(&Lesson, SocketAddr) -> Result<Client>;

/// Puts load on the server with this many clients.
fn busy(lesson: &Lesson, server: &Server, clients: usize, time: Duration, connect: Connect) -> Result<Busy> {
    let address = server.address();
    let stop = AtomicBool::new(false);
    let ready = Barrier::new(clients + 1);
    thread::scope(|scope| {
        let client = || -> Result<Vec<Duration>> {
            // The first operation does not count: when all have done it, the server has accepted all clients.
            let client = connect(lesson, address).and_then(|mut client| client.ask().map(|()| client));
            ready.wait();
            let mut client = client?;
            let mut times = Vec::new();
            while !stop.load(Relaxed) {
                let start = Instant::now();
                client.ask()?;
                times.push(start.elapsed());
            }
            Ok(times)
        };
        let running: Vec<_> = (0..clients).map(|_| scope.spawn(client)).collect();
        ready.wait();
        let (start, before) = (Instant::now(), server.usage());
        thread::sleep(time);
        stop.store(true, Relaxed);
        let mut times = Vec::new();
        for client in running {
            times.extend(client.join().ok().context("a client panicked")??);
        }
        let elapsed = start.elapsed();
        let cpu = server.usage()?.cpu.saturating_sub(before?.cpu);
        ensure!(!times.is_empty(), "no reply within {time:?}");
        Ok(Busy { times, elapsed, cpu })
    })
}

/// Returns the time in milliseconds that 99 of 100 operations did not exceed.
fn percentile_99(mut times: Vec<Duration>) -> f64 {
    times.sort();
    let index = (times.len() * 99).div_ceil(100).saturating_sub(1);
    times.get(index).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
}

/// Returns the memory in KiB that the server uses for each session in which nothing is sent, or `None` if not all can be
/// opened: the system may not grant so many file descriptors or threads, which is not the server's fault.
fn memory_per_session(lesson: &Lesson, implementation: Implementation, sessions: usize) -> Result<Option<f64>> {
    let server = Server::start(lesson, implementation, &["--max-connections", &(sessions + 1).to_string()])?;
    let before = server.usage()?.memory;
    let mut open = Vec::new();
    while open.len() < sessions {
        match Client::new(lesson, server.address()).and_then(|mut client| client.ask().map(|()| client)) {
            Ok(client) => open.push(client),
            Err(error) => {
                warn!("{implementation}: only {} sessions could be opened: {error:#}", open.len());
                return Ok(None);
            }
        }
    }
    let used = server.usage()?.memory.saturating_sub(before);
    open.iter_mut().try_for_each(Client::ask).context("an idle session was lost")?;
    Ok(Some(used as f64 / 1024.0 / sessions as f64))
}

/// A server that has closed a stalled peer would have got rid of the load.
fn ensure_open(peer: &TcpStream) -> Result<()> {
    peer.set_nonblocking(true)?;
    let error = peer.peek(&mut [0]).err().context("a stalled peer was closed or received a reply")?;
    ensure!(error.kind() == ErrorKind::WouldBlock, "a stalled peer: {error}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ninety_nine_of_a_hundred_do_not_exceed_the_percentile() {
        assert_eq!(percentile_99((1..=100).map(Duration::from_millis).collect()), 99.0);
        assert_eq!(percentile_99((1..=200).map(Duration::from_millis).collect()), 198.0);
    }
}
