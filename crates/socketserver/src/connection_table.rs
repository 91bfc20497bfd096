use std::collections::HashMap;
use std::net::{IpAddr, Shutdown, TcpStream};
use std::os::fd::{AsRawFd, RawFd};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::connection::DRAIN_TIMEOUT;
use crate::{AllowList, Connection, ConnectionLimits, Stats, Timeouts};

/// The open connections, how earlier ones ended, and when the last ones have to.
#[derive(Debug)]
pub(crate) struct ConnectionTable {
    pub(crate) timeouts: Timeouts,
    allow_list: AllowList,
    pub(crate) limits: ConnectionLimits,
    state: Mutex<State>,
    /// Notified when shutdown begins, and when a connection ends after that.
    changed: Condvar,
    /// Apart from the state, so that no read waits for a lock.
    pub(crate) reads_ended: Arc<AtomicBool>,
}

#[derive(Debug, Default)]
struct State {
    /// By file descriptor: no two open connections have the same.
    open: HashMap<RawFd, (IpAddr, Arc<TcpStream>)>,
    stats: Stats,
    shutdown_requests: usize,
}

impl ConnectionTable {
    pub(crate) fn new(timeouts: Timeouts, allow_list: AllowList, limits: ConnectionLimits) -> Self {
        let (state, changed) = (Mutex::default(), Condvar::new());
        ConnectionTable { timeouts, allow_list, limits, state, changed, reads_ended: Arc::default() }
    }

    /// Inserts a connection, unless the allow list or a limit forbids it. Then the error is the reason, for the operator.
    pub(crate) fn insert(&self, connection: &Connection) -> Result<(), String> {
        let (address, max) = (connection.peer_addr().ip(), self.limits.max_connections.get());
        let mut state = self.state();
        let State { open, stats, .. } = &mut *state;
        if !self.allow_list.permits(address) {
            stats.not_in_allow += 1;
            return Err("not allowed by --allow".to_owned());
        }
        if open.len() >= max {
            stats.over_max_connections += 1;
            return Err(format!("all {max} connections are in use (--max-connections)"));
        }
        if let Some(max) = self.limits.max_per_address
            && open.values().filter(|(other, _)| *other == address).count() >= max.get()
        {
            stats.over_max_per_address += 1;
            return Err(format!("it already has {max} connections (--max-per-address)"));
        }
        open.insert(connection.stream.as_raw_fd(), (address, Arc::clone(&connection.stream)));
        Ok(())
    }

    /// Removes a connection whose handler has returned, and counts how it ended.
    pub(crate) fn remove(&self, connection: &Connection, is_completed: bool) {
        let mut state = self.state();
        state.open.remove(&connection.stream.as_raw_fd());
        let stats = &mut state.stats;
        match is_completed {
            true => stats.completed += 1,
            false if connection.is_shutting_down() => stats.closed_at_shutdown += 1,
            false if connection.is_timed_out() => stats.timed_out += 1,
            false => stats.failed += 1,
        }
        if state.shutdown_requests > 0 {
            self.changed.notify_all();
        }
    }

    /// Returns what SIGUSR1 prints: `1 open; served 0: ...`
    pub(crate) fn status(&self) -> String {
        let state = self.state();
        format!("{} open; {}", state.open.len(), state.stats)
    }

    /// Begins shutdown, or ends its grace period if it has begun already.
    pub(crate) fn request_shutdown(&self) {
        self.state().shutdown_requests += 1;
        self.changed.notify_all();
    }

    pub(crate) fn is_shutting_down(&self) -> bool {
        self.state().shutdown_requests > 0
    }

    /// Waits until shutdown begins, for at most this long. Returns whether it has begun.
    pub(crate) fn wait_for_shutdown(&self, at_most: Duration) -> bool {
        self.wait_while(at_most, |state| state.shutdown_requests == 0).shutdown_requests > 0
    }

    /// Gives the open connections the grace period to finish, then closes those that remain.
    pub(crate) fn finish_shutdown(&self) -> Stats {
        let may_wait = |state: &mut State| !state.open.is_empty() && state.shutdown_requests == 1;
        let state = self.wait_while(self.timeouts.grace, may_wait);
        self.reads_ended.store(true, Relaxed);
        for (_, stream) in state.open.values() {
            // It fails if the client has closed already; then there is nothing to end.
            let _ = stream.shutdown(Shutdown::Read);
        }
        drop(state);
        let state = self.wait_while(DRAIN_TIMEOUT, |state| !state.open.is_empty());
        for (_, stream) in state.open.values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        Stats { closed_at_shutdown: state.stats.closed_at_shutdown + state.open.len() as u64, ..state.stats }
    }

    fn wait_while(&self, at_most: Duration, condition: impl FnMut(&mut State) -> bool) -> MutexGuard<'_, State> {
        self.changed.wait_timeout_while(self.state(), at_most, condition).unwrap_or_else(PoisonError::into_inner).0
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
