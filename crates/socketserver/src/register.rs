use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::connection::{Connection, Cut};
use crate::served::Served;

/// The connections that are open, each with its deadline, and how those before them ended.
#[derive(Debug)]
pub(crate) struct Register {
    begun: Instant,
    book: Mutex<Book>,
    /// Wakes the keeper of the register before the time that it set itself.
    changed: Condvar,
    /// The shortest time that any connection was allowed, in nanoseconds: none can run out sooner unseen.
    shortest: AtomicU64,
    ending: AtomicBool,
    max_connections: usize,
    max_per_address: Option<usize>,
}

#[derive(Debug, Default)]
struct Book {
    open: HashMap<u64, Arc<Connection>>,
    per_address: HashMap<IpAddr, usize>,
    next: u64,
    served: Served,
    /// The keeper has nothing to look after, and rests until it is called.
    keeper_rests: bool,
    keeper_called: bool,
    /// Set once the server is to end: when the connections still open will be cut.
    end: Option<Instant>,
}

/// Why a connection was not admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// This many connections are open.
    Full(usize),
    /// This many are open from its address.
    AddressFull(usize),
}

/// How a connection's handler ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Completed,
    Failed,
}

impl Register {
    /// How long handlers have to return once their connections are cut at the end, before they are left behind.
    const LAST_WORDS: Duration = Duration::from_millis(250);

    pub(crate) fn new(deadline: Duration, max_connections: usize, max_per_address: Option<usize>) -> Register {
        Register {
            begun: Instant::now(),
            book: Mutex::default(),
            changed: Condvar::new(),
            shortest: AtomicU64::new(nanos(deadline)),
            ending: AtomicBool::new(false),
            max_connections,
            max_per_address,
        }
    }

    /// Enters a connection; the number is what it [leaves](Register::leave) under.
    pub(crate) fn admit(&self, connection: &Arc<Connection>) -> Result<u64, Refusal> {
        let mut book = self.book();
        if book.open.len() >= self.max_connections {
            book.served.refused += 1;
            return Err(Refusal::Full(self.max_connections));
        }
        if let Some(max) = self.max_per_address {
            let count = book.per_address.entry(connection.peer().ip()).or_default();
            if *count >= max {
                book.served.refused += 1;
                return Err(Refusal::AddressFull(max));
            }
            *count += 1;
        }
        let number = book.next;
        book.next += 1;
        book.open.insert(number, Arc::clone(connection));
        if book.keeper_rests {
            self.wake_keeper(book);
        }
        Ok(number)
    }

    /// Strikes a connection out.
    pub(crate) fn leave(&self, number: u64, outcome: Outcome) {
        let mut book = self.book();
        let Some(connection) = book.open.remove(&number) else { return };
        let address = connection.peer().ip();
        if let Some(count) = book.per_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                book.per_address.remove(&address);
            }
        }
        match (outcome, connection.why_cut()) {
            (Outcome::Completed, _) => book.served.completed += 1,
            (Outcome::Failed, None) => book.served.failed += 1,
            (Outcome::Failed, Some(Cut::Deadline)) => book.served.timed_out += 1,
            (Outcome::Failed, Some(Cut::Ending)) => book.served.cut += 1,
        }
        if book.end.is_some() && book.open.is_empty() {
            self.wake_keeper(book);
        }
    }

    /// `time` from now, in nanoseconds since the register was begun.
    pub(crate) fn in_nanos(&self, time: Duration) -> u64 {
        nanos(self.begun.elapsed().saturating_add(time))
    }

    /// Some connection may from now on run out after this time.
    pub(crate) fn look_every(&self, time: Duration) {
        if self.shortest.fetch_min(nanos(time), Relaxed) > nanos(time) {
            self.call_keeper();
        }
    }

    /// The server is to end: connections may go on for the grace time; told again, for none.
    pub(crate) fn end(&self, grace: Duration) {
        self.ending.store(true, Relaxed);
        let mut book = self.book();
        let grace = if book.end.is_some() { Duration::ZERO } else { grace };
        book.end = Some(Instant::now() + grace);
        self.wake_keeper(book);
    }

    pub(crate) fn is_ending(&self) -> bool {
        self.ending.load(Relaxed)
    }

    /// Has the keeper look again now.
    pub(crate) fn call_keeper(&self) {
        self.wake_keeper(self.book());
    }

    fn wake_keeper(&self, mut book: MutexGuard<'_, Book>) {
        book.keeper_called = true;
        self.changed.notify_one();
    }

    /// The keeper's round: cuts the connections whose deadline has passed, then rests until the next one's, or until
    /// it is called, or for `at_most`. Returns how all ended, once the server is to end and has.
    pub(crate) fn keep(&self, at_most: Option<Duration>) -> Option<Served> {
        let mut book = self.book();
        let mut rest = at_most;
        if let Some(end) = book.end {
            let left = end.saturating_duration_since(Instant::now());
            if book.open.is_empty() {
                return Some(book.served);
            }
            if left.is_zero() {
                return Some(self.cut_all(book));
            }
            rest = Some(left);
        }
        if let Some(next) = self.cut_overdue(&book) {
            rest = Some(rest.map_or(next, |rest| rest.min(next)));
        }
        if !book.keeper_called {
            book.keeper_rests = rest.is_none();
            book = match rest {
                Some(time) => self.changed.wait_timeout(book, time).unwrap_or_else(PoisonError::into_inner).0,
                None => self.changed.wait(book).unwrap_or_else(PoisonError::into_inner),
            };
        }
        book.keeper_rests = false;
        book.keeper_called = false;
        None
    }

    /// Cuts what has passed its deadline; returns when to look again, if any connection is open.
    fn cut_overdue(&self, book: &Book) -> Option<Duration> {
        let now = self.in_nanos(Duration::ZERO);
        let mut next = self.shortest.load(Relaxed);
        for connection in book.open.values().filter(|connection| connection.why_cut().is_none()) {
            match connection.deadline().checked_sub(now) {
                None | Some(0) => connection.cut(Cut::Deadline),
                Some(left) => next = next.min(left),
            }
        }
        (!book.open.is_empty()).then_some(Duration::from_nanos(next))
    }

    fn cut_all(&self, book: MutexGuard<'_, Book>) -> Served {
        for connection in book.open.values() {
            connection.cut(Cut::Ending);
        }
        let wait = self.changed.wait_timeout_while(book, Register::LAST_WORDS, |book| !book.open.is_empty());
        let book = wait.unwrap_or_else(PoisonError::into_inner).0;
        let left_behind = book.open.len() as u64;
        Served { cut: book.served.cut + left_behind, ..book.served }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        // Nothing panics while it holds the book; and if it did, the server would have to go on.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// In nanoseconds, of which 64 bits hold 584 years.
pub(crate) fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
