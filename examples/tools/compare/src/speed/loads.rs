//! The loads that are measured, and how each uses a server.

use std::io::ErrorKind;
use std::net::TcpStream;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use wire::{LESSONS, Lesson};

use super::client::{Client, connect};
use super::figures::Implementation::{self, Inline, Ours, Python, Threads, Tungstenite};
use super::figures::{Metric, NotRun};
use super::server::Server;

/// Few enough clients that they do not wait for each other.
const GOOD_CLIENTS: usize = 2;
const STALLED_PEERS: usize = 200;
/// A deadline longer than a round, so that the stalled peers stay as long.
const LONG_DEADLINE: &str = "60s";
/// File descriptors that a server or this tool needs besides those of the sessions.
const OTHER_DESCRIPTORS: u64 = 100;

/// A load that some implementations bear in turns.
pub(super) struct Load {
    pub(super) title: String,
    pub(super) lesson: Lesson,
    pub(super) implementations: &'static [Implementation],
    pub(super) rounds: usize,
    pub(super) metrics: Vec<Metric>,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    /// Each client sends its next request as soon as it has the last reply.
    Busy { clients: usize, time: Duration },
    /// Sessions in which nothing is sent.
    Idle { sessions: usize },
    /// Clients next to peers that connect and send nothing.
    Stalled { time: Duration },
}

/// Returns everything that is measured.
pub(super) fn all(quick: bool) -> Vec<Load> {
    let [gate, echo, line, threaded, websocket, ..] = LESSONS;
    let requests: &[_] = &[Ours, Python, Inline, Threads];
    let sessions: &[_] = &[Ours, Python, Threads];
    let websockets: &[_] = &[Ours, Python, Tungstenite];
    let (millis, rounds) = if quick { (80, 2) } else { (900, 6) };
    let time = Duration::from_millis(millis);

    let busy = [
        ("gate, 8 clients", gate, "handshakes per second", 8, requests),
        ("echo, 1 session", echo, "round trips per second", 1, sessions),
        ("echo, 64 sessions", echo, "round trips per second", 64, sessions),
        ("line, 8 clients", line, "requests per second", 8, requests),
        ("threaded, 8 clients", threaded, "requests per second", 8, requests),
        ("WebSocket, 1 session", websocket, "round trips per second", 1, websockets),
        ("WebSocket, 8 sessions", websocket, "round trips per second", 8, websockets),
        ("WebSocket, 64 sessions", websocket, "round trips per second", 64, websockets),
    ];
    let busy = busy.map(|(title, lesson, unit, clients, implementations)| {
        let metrics = vec![metric("rate", unit, true), metric("server CPU per operation", "µs", false)];
        Load { title: title.to_owned(), lesson, implementations, rounds, metrics, kind: Kind::Busy { clients, time } }
    });
    // The memory differs little between rounds, and opening 10,000 sessions takes a while.
    let idle = if quick { [(100, 1), (1_000, 1)] } else { [(1_000, 3), (10_000, 1)] };
    let idle = idle.map(|(sessions, rounds)| Load {
        title: format!("echo, {sessions} idle sessions"),
        lesson: echo,
        implementations: &[Ours, Python],
        rounds,
        metrics: vec![metric("resident memory per session", "KiB", false)],
        kind: Kind::Idle { sessions },
    });
    let stalled = Load {
        title: format!("threaded, {GOOD_CLIENTS} clients, {STALLED_PEERS} stalled peers"),
        lesson: threaded,
        implementations: &[Ours, Python],
        rounds,
        metrics: vec![
            metric("99th percentile", "ms", false),
            metric("99th percentile without stalled peers", "ms", false),
            metric("ratio of the two", "times", false),
        ],
        kind: Kind::Stalled { time: time / 2 },
    };
    busy.into_iter().chain(idle).chain([stalled]).collect()
}

fn metric(what: &'static str, unit: &'static str, more_is_better: bool) -> Metric {
    Metric { what, unit, more_is_better }
}

impl Load {
    /// Returns whether the first round is a warm-up that does not count.
    pub(super) fn has_warm_up(&self) -> bool {
        !matches!(self.kind, Kind::Idle { .. })
    }

    /// Measures one implementation once. Returns a figure for each metric.
    ///
    /// # Errors
    /// Returns an error if a reply is wrong or missing, or [`NotRun`].
    pub(super) fn run(&self, implementation: Implementation) -> Result<Vec<f64>> {
        match self.kind {
            Kind::Busy { clients, time } => {
                let server = Server::start(&self.lesson, implementation, &[])?;
                let Busy { times, elapsed, cpu } = busy(&self.lesson, &server, clients, time)?;
                let (accepted, asked) = (server.finish()?, times.len() + clients);
                let is_gate = self.lesson.name == "gate";
                ensure!(!is_gate || accepted == asked, "the gate accepted {accepted} of {asked} right responses");
                let count = times.len() as f64;
                Ok(vec![count / elapsed.as_secs_f64(), cpu.as_secs_f64() * 1e6 / count])
            }
            Kind::Idle { sessions } => Ok(vec![memory_per_session(&self.lesson, implementation, sessions)?]),
            Kind::Stalled { time } => {
                let server = Server::start(&self.lesson, implementation, &["--deadline", LONG_DEADLINE])?;
                let percentile =
                    || busy(&self.lesson, &server, GOOD_CLIENTS, time).map(|busy| percentile_99(busy.times));
                let alone = percentile()?;
                let stalled: Vec<_> = (0..STALLED_PEERS).map(|_| connect(server.address())).collect::<Result<_>>()?;
                let among_stalled = percentile()?;
                stalled.iter().try_for_each(ensure_open)?;
                Ok(vec![among_stalled, alone, among_stalled / alone])
            }
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

/// Puts load on the server with this many clients. Each sends its next request as soon as it has the last reply.
fn busy(lesson: &Lesson, server: &Server, clients: usize, time: Duration) -> Result<Busy> {
    let address = server.address();
    let stop = AtomicBool::new(false);
    let ready = Barrier::new(clients + 1);
    thread::scope(|scope| {
        let client = || -> Result<Vec<Duration>> {
            // The first operation does not count: when all have done it, the server has accepted all clients.
            let client = Client::new(lesson, address).and_then(|mut client| client.ask().map(|()| client));
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

/// Returns the memory in KiB that the server uses for each session in which nothing is sent.
fn memory_per_session(lesson: &Lesson, implementation: Implementation, sessions: usize) -> Result<f64> {
    // The server inherits the limit.
    let limit = rlimit::increase_nofile_limit(u64::MAX).context("cannot raise the limit of file descriptors")?;
    if limit < sessions as u64 + OTHER_DESCRIPTORS {
        bail!(NotRun(format!("{sessions} sessions need as many file descriptors, and the limit is {limit}")));
    }
    let server = Server::start(lesson, implementation, &["--max-connections", &(sessions + 1).to_string()])?;
    let before = server.usage()?.memory;
    let mut open = Vec::new();
    for number in 0..sessions {
        // The system may not grant so many threads, which is not the server's fault.
        let client = Client::new(lesson, server.address()).and_then(|mut client| client.ask().map(|()| client));
        open.push(client.map_err(|error| NotRun(format!("only {number} sessions could be opened: {error:#}")))?);
    }
    let used = server.usage()?.memory.saturating_sub(before);
    open.iter_mut().try_for_each(Client::ask).context("an idle session was lost")?;
    Ok(used as f64 / 1024.0 / sessions as f64)
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
