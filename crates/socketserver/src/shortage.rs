use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::register::Refusal;

/// What a server does when it has not enough of something: it says so, once, and waits for better times.
#[derive(Debug, Default)]
pub(crate) struct Shortage {
    /// What its words begin with: whose they are.
    label: String,
    places: Notice,
    connections: Notice,
    per_address: Notice,
    allowed: Notice,
    sockets: Notice,
    threads: Notice,
    waiting: AtomicUsize,
    lock: Mutex<()>,
    may_be_over: Condvar,
}

impl Shortage {
    pub(crate) fn new(label: String) -> Shortage {
        Shortage { label, ..Shortage::default() }
    }

    /// How long to wait for a socket, each time it is tried: longer and longer, up to a second.
    pub(crate) fn pauses() -> impl Iterator<Item = Duration> {
        (0..).map(|tries| Duration::from_millis(10 << tries.min(6)).min(Duration::from_secs(1)))
    }

    /// No socket for the next connection: waits until one is closed, or for the next pause.
    pub(crate) fn of_sockets(&self, error: &io::Error, pauses: &mut impl Iterator<Item = Duration>) {
        self.say(&self.sockets, || {
            format!("cannot accept connections: {error}; the next clients wait (`ulimit -n` shows how many files may be open)")
        });
        self.waiting.fetch_add(1, Relaxed);
        let lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = pauses.next().unwrap_or_default();
        drop(self.may_be_over.wait_timeout(lock, pause).unwrap_or_else(PoisonError::into_inner));
        self.waiting.fetch_sub(1, Relaxed);
    }

    /// A connection was closed: its socket is there for another.
    pub(crate) fn may_be_over(&self) {
        if self.waiting.load(Relaxed) > 0 {
            self.may_be_over.notify_one();
        }
    }

    pub(crate) fn of_threads(&self, error: &io::Error) {
        self.say(&self.threads, || format!("cannot start a thread: {error}; the next clients wait until one is free"));
    }

    pub(crate) fn of_places(&self, max: usize) {
        self.say(&self.places, || {
            format!("all {max} connections are taken; the next clients wait (--max-connections)")
        });
    }

    /// A client was not admitted.
    pub(crate) fn of_admission(&self, refusal: Refusal, address: IpAddr) {
        let address = address.to_canonical();
        match refusal {
            Refusal::Full(max) => self.say(&self.connections, || {
                format!("all {max} connections are taken; the next clients are closed (--max-connections)")
            }),
            Refusal::AddressFull(max) => self.say(&self.per_address, || {
                format!("{address} has all of its {max} connections; its next are closed (--max-per-address)")
            }),
            Refusal::NotAllowed => {
                self.say(&self.allowed, || {
                    format!("{address} is not among those who may connect; it is closed (--allow)")
                });
            }
        }
    }

    fn say(&self, notice: &Notice, text: impl FnOnce() -> String) {
        if notice.is_due() {
            cli::warn!("{}{}", self.label, text());
        }
    }
}

/// A word to the operator, said once a minute at most however often it is true.
#[derive(Debug, Default)]
struct Notice(Mutex<Option<Instant>>);

impl Notice {
    fn is_due(&self) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = last.is_none_or(|last| last.elapsed() >= Duration::from_secs(60));
        if due {
            *last = Some(Instant::now());
        }
        due
    }
}
