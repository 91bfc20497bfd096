use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::allow::AllowList;
use crate::connection::{CloseCause, DRAIN_TIMEOUT, Socket};
use crate::stats::Stats;

/// The open connections, how earlier ones ended, and when the last ones have to.
#[derive(Debug)]
pub(crate) struct ConnectionTable {
    allow_list: AllowList,
    max_connections: usize,
    max_per_address: Option<usize>,
    state: Mutex<State>,
    /// Notified when shutdown begins, and when the last connection ends after that.
    changed: Condvar,
    is_shutting_down: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    open: HashMap<u64, (IpAddr, Arc<Socket>)>,
    per_address: HashMap<IpAddr, usize>,
    next_id: u64,
    stats: Stats,
    /// The end of the grace period, once shutdown has begun.
    grace_end: Option<Instant>,
}

/// Why a connection is not accepted into the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rejection {
    NotInAllow,
    OverMaxConnections(usize),
    OverMaxPerAddress(usize),
}

/// What SIGUSR1 prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Status {
    open: usize,
    stats: Stats,
}

impl ConnectionTable {
    pub(crate) fn new(allow_list: AllowList, max_connections: usize, max_per_address: Option<usize>) -> Self {
        ConnectionTable {
            allow_list,
            max_connections,
            max_per_address,
            state: Mutex::default(),
            changed: Condvar::new(),
            is_shutting_down: AtomicBool::new(false),
        }
    }

    /// Inserts a connection, unless a limit or the allow list forbids it. Returns the id to remove it by.
    pub(crate) fn insert(&self, address: IpAddr, socket: &Arc<Socket>) -> Result<u64, Rejection> {
        let is_permitted = self.allow_list.permits(address);
        let mut state = self.state();
        if !is_permitted {
            state.stats.refused.not_in_allow += 1;
            return Err(Rejection::NotInAllow);
        }
        if state.open.len() >= self.max_connections {
            state.stats.refused.over_max_connections += 1;
            return Err(Rejection::OverMaxConnections(self.max_connections));
        }
        if let Some(max) = self.max_per_address {
            if state.per_address.get(&address).is_some_and(|count| *count >= max) {
                state.stats.refused.over_max_per_address += 1;
                return Err(Rejection::OverMaxPerAddress(max));
            }
            *state.per_address.entry(address).or_default() += 1;
        }
        let id = state.next_id;
        state.next_id += 1;
        state.open.insert(id, (address, Arc::clone(socket)));
        Ok(id)
    }

    /// Removes a connection whose handler has returned, and counts how it ended.
    pub(crate) fn remove(&self, id: u64, is_completed: bool) {
        let mut state = self.state();
        let Some((address, socket)) = state.open.remove(&id) else { return };
        if let Some(count) = state.per_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                state.per_address.remove(&address);
            }
        }
        match socket.close_cause() {
            _ if is_completed => state.stats.completed += 1,
            None => state.stats.failed += 1,
            Some(CloseCause::Timeout) => state.stats.timed_out += 1,
            Some(CloseCause::Shutdown) => state.stats.closed_at_shutdown += 1,
        }
        if state.grace_end.is_some() && state.open.is_empty() {
            self.changed.notify_all();
        }
    }

    pub(crate) fn status(&self) -> Status {
        let state = self.state();
        Status { open: state.open.len(), stats: state.stats }
    }

    /// Begins shutdown: open connections get the grace period, or no more time if shutdown has begun already.
    pub(crate) fn begin_shutdown(&self, grace: Duration) {
        self.is_shutting_down.store(true, Relaxed);
        let mut state = self.state();
        let grace = if state.grace_end.is_some() { Duration::ZERO } else { grace };
        state.grace_end = Some(Instant::now() + grace);
        self.changed.notify_all();
    }

    pub(crate) fn is_shutting_down(&self) -> bool {
        self.is_shutting_down.load(Relaxed)
    }

    /// Waits until shutdown begins, for at most this long.
    pub(crate) fn wait_for_shutdown(&self, at_most: Duration) {
        drop(self.wait_while(self.state(), at_most, |state| state.grace_end.is_none()));
    }

    /// Waits for the open connections until the grace period is over, then closes those that remain.
    pub(crate) fn finish_shutdown(&self) -> Stats {
        let mut state = self.state();
        while !state.open.is_empty() {
            let grace_end = state.grace_end;
            let left = grace_end.map_or(Duration::ZERO, |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                break;
            }
            // A second signal moves the end of the grace period.
            state = self.wait_while(state, left, |state| !state.open.is_empty() && state.grace_end == grace_end);
        }
        state.open.values().for_each(|(_, socket)| socket.end_reads());
        let state = self.wait_while(state, DRAIN_TIMEOUT, |state| !state.open.is_empty());
        state.open.values().for_each(|(_, socket)| socket.end_all());
        let left_behind = state.open.len() as u64;
        Stats { closed_at_shutdown: state.stats.closed_at_shutdown + left_behind, ..state.stats }
    }

    fn wait_while<'a>(
        &self,
        state: MutexGuard<'a, State>,
        at_most: Duration,
        condition: impl Fn(&State) -> bool,
    ) -> MutexGuard<'a, State> {
        let waited = self.changed.wait_timeout_while(state, at_most, |state| condition(state));
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} open; {}", self.open, self.stats)
    }
}
