use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ipnet::IpNet;

use crate::allow::is_allowed;
use crate::connection::{Connection, Cut, LAST_WORDS};
use crate::limits::Timeouts;
use crate::monitor::{Monitor, Status};
use crate::served::Stats;

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
    allow: Vec<IpNet>,
}

#[derive(Debug, Default)]
struct Book {
    open: HashMap<u64, Arc<Connection>>,
    per_address: HashMap<IpAddr, usize>,
    next: u64,
    served: Stats,
    monitor: Monitor,
    /// The keeper has no connection to look after, and is to be called for the next.
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
    /// Its address may not connect.
    NotAllowed,
}

/// What came of the keeper's round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Round {
    /// It rested.
    Rested,
    /// The operator is to be told this.
    News(Status),
    /// All has ended.
    Ended(Stats),
}

/// How a connection's handler ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Completed,
    Failed,
}

impl Register {
    pub(crate) fn new(limits: &Timeouts, max_connections: usize, max_per_address: Option<usize>) -> Register {
        Register {
            begun: Instant::now(),
            book: Mutex::default(),
            changed: Condvar::new(),
            shortest: AtomicU64::new(nanos(limits.deadline)),
            ending: AtomicBool::new(false),
            max_connections,
            max_per_address,
            allow: limits.allow.clone(),
        }
    }

    /// Enters a connection; the number is what it [leaves](Register::leave) under.
    pub(crate) fn admit(&self, connection: &Arc<Connection>) -> Result<u64, Refusal> {
        let allowed = is_allowed(connection.peer_addr().ip(), &self.allow);
        let mut book = self.book();
        let entered = if allowed { self.enter(&mut book, connection) } else { Err(Refusal::NotAllowed) };
        match entered {
            Ok(_) => {}
            Err(Refusal::Full(_)) => book.served.refused.too_many += 1,
            Err(Refusal::AddressFull(_)) => book.served.refused.from_one_address += 1,
            Err(Refusal::NotAllowed) => book.served.refused.not_allowed += 1,
        }
        if book.keeper_rests {
            self.wake_keeper(book);
        }
        entered
    }

    fn enter(&self, book: &mut Book, connection: &Arc<Connection>) -> Result<u64, Refusal> {
        if book.open.len() >= self.max_connections {
            return Err(Refusal::Full(self.max_connections));
        }
        if let Some(max) = self.max_per_address {
            let count = book.per_address.entry(connection.peer_addr().ip()).or_default();
            if *count >= max {
                return Err(Refusal::AddressFull(max));
            }
            *count += 1;
        }
        let number = book.next;
        book.next += 1;
        book.open.insert(number, Arc::clone(connection));
        Ok(number)
    }

    /// Strikes a connection out.
    pub(crate) fn leave(&self, number: u64, outcome: Outcome) {
        let mut book = self.book();
        let Some(connection) = book.open.remove(&number) else { return };
        let address = connection.peer_addr().ip();
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

    /// How things stand, for an operator who has asked.
    pub(crate) fn tell(&self) -> Status {
        let mut book = self.book();
        let status = book.status();
        book.monitor.told(status);
        status
    }

    pub(crate) fn is_shutting_down(&self) -> bool {
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
    /// there may be news, or until it is called, or for `at_most`.
    pub(crate) fn keep(&self, at_most: Option<Duration>) -> Round {
        let mut book = self.book();
        let (now, status) = (Instant::now(), book.status());
        let left = book.end.map(|end| end.saturating_duration_since(now));
        if left.is_some() && book.open.is_empty() {
            return Round::Ended(book.served);
        }
        if left == Some(Duration::ZERO) {
            return Round::Ended(self.cut_all(book));
        }
        let next = self.cut_overdue(&book);
        if book.monitor.is_due(status, now) {
            return Round::News(status);
        }
        let news = book.monitor.rest(status, now);
        let rest = [at_most, left, next, news].into_iter().flatten().min();
        if !book.keeper_called {
            // However long it is to rest for its other business, the next connection's deadline comes first.
            book.keeper_rests = book.open.is_empty();
            book = match rest {
                Some(time) => self.changed.wait_timeout(book, time).unwrap_or_else(PoisonError::into_inner).0,
                None => self.changed.wait(book).unwrap_or_else(PoisonError::into_inner),
            };
        }
        book.keeper_rests = false;
        book.keeper_called = false;
        Round::Rested
    }

    /// Cuts what has passed its deadline; returns when to look again, if any connection is open.
    fn cut_overdue(&self, book: &Book) -> Option<Duration> {
        let now = self.in_nanos(Duration::ZERO);
        let looks = book.open.values().map(|connection| connection.keep(now).saturating_sub(now));
        // A deadline may be renewed at any time, so that it is sooner than it was.
        let next = looks.min()?.min(self.shortest.load(Relaxed));
        Some(Duration::from_nanos(next))
    }

    fn cut_all(&self, book: MutexGuard<'_, Book>) -> Stats {
        for connection in book.open.values() {
            connection.cut(Cut::Ending);
        }
        let wait = self.changed.wait_timeout_while(book, LAST_WORDS, |book| !book.open.is_empty());
        let book = wait.unwrap_or_else(PoisonError::into_inner).0;
        for connection in book.open.values() {
            connection.end_all();
        }
        let left_behind = book.open.len() as u64;
        Stats { cut: book.served.cut + left_behind, ..book.served }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        // Nothing panics while it holds the book; and if it did, the server would have to go on.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    fn status(&self) -> Status {
        Status { open: self.open.len(), served: self.served }
    }
}

/// In nanoseconds, of which 64 bits hold 584 years.
pub(crate) fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use std::net::{SocketAddr, TcpListener, TcpStream};
    use std::sync::mpsc::{Receiver, channel};
    use std::thread;

    use crate::served::Rejections;

    const PACE: Duration = Duration::from_millis(50);
    const LONG: Duration = Duration::from_secs(60);

    /// A register that allows 127.0.0.1 alone, with its keeper at rest, and what its keeper comes to tell.
    fn register() -> (Arc<Register>, Receiver<Round>) {
        let allow = vec!["127.0.0.1".parse::<IpAddr>().unwrap().into()];
        let register = Arc::new(Register::new(&Timeouts { deadline: LONG, grace: LONG, allow }, 1, None));
        register.book().monitor = Monitor::new(PACE);
        let (sender, told) = channel();
        let kept = Arc::clone(&register);
        thread::spawn(move || {
            loop {
                let round = kept.keep(None);
                if round != Round::Rested && sender.send(round).is_err() {
                    return;
                }
            }
        });
        until_at_rest(&register);
        (register, told)
    }

    fn until_at_rest(register: &Register) {
        let start = Instant::now();
        let rests = |book: &Book| book.keeper_rests && !book.keeper_called;
        while !rests(&register.book()) {
            assert!(start.elapsed() < LONG / 6, "the keeper does not rest");
            thread::yield_now();
        }
    }

    fn connection(register: &Arc<Register>, peer: &str) -> io::Result<Arc<Connection>> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let stream = TcpStream::connect(listener.local_addr()?)?;
        let peer = SocketAddr::new(peer.parse().unwrap(), 1);
        Ok(Arc::new(Connection::new(stream, peer, Arc::clone(register), LONG)))
    }

    #[test]
    fn the_keeper_tells_of_one_that_came_and_left_long_before_its_deadline() -> io::Result<()> {
        let (register, told) = register();
        let number = register.admit(&connection(&register, "127.0.0.1")?).unwrap();
        register.leave(number, Outcome::Completed);
        let served = Stats { completed: 1, ..Stats::default() };
        assert_eq!(told.recv_timeout(LONG / 6), Ok(Round::News(Status { open: 0, served })));
        Ok(())
    }

    #[test]
    fn the_keeper_tells_of_one_that_was_refused_while_nothing_was_open() -> io::Result<()> {
        let (register, told) = register();
        assert_eq!(register.admit(&connection(&register, "127.0.0.2")?), Err(Refusal::NotAllowed));
        let refused = Rejections { not_allowed: 1, ..Rejections::default() };
        let status = Status { open: 0, served: Stats { refused, ..Stats::default() } };
        assert_eq!(told.recv_timeout(LONG / 6), Ok(Round::News(status)));
        Ok(())
    }

    #[test]
    fn the_keeper_rests_until_it_is_called_once_all_is_told() -> io::Result<()> {
        let (register, told) = register();
        for _ in 0..2 {
            register.admit(&connection(&register, "127.0.0.2")?).unwrap_err();
            assert!(told.recv_timeout(LONG / 6).is_ok());
            until_at_rest(&register);
        }
        assert!(told.try_recv().is_err());
        Ok(())
    }

    #[test]
    fn what_the_operator_has_asked_for_is_not_told_again() -> io::Result<()> {
        let (register, told) = register();
        register.book().monitor = Monitor::new(LONG);
        register.admit(&connection(&register, "127.0.0.2")?).unwrap_err();
        assert_eq!(register.tell().served.refused.not_allowed, 1);
        // Called, it finds nothing that it has to look for again.
        register.call_keeper();
        until_at_rest(&register);
        assert!(told.try_recv().is_err());
        Ok(())
    }
}
