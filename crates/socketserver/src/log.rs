use std::collections::HashMap;
use std::fmt::Display;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use cli::LineLimit;

/// The time between two lines about the same, at least.
const INTERVAL: Duration = Duration::from_secs(60);

/// What a server reports to its operator on standard error.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) prefix: String,
    /// When each kind of warning was printed last.
    warned: Mutex<HashMap<String, Instant>>,
    pub(crate) failures: LineLimit,
}

impl Log {
    pub(crate) fn print(&self, text: impl Display) {
        cli::warn!("{}{text}", self.prefix);
    }

    /// Prints a warning, unless one of its kind was printed in the last minute.
    pub(crate) fn warn(&self, kind: &str, text: impl Display) {
        if self.is_due(kind, Instant::now()) {
            self.print(text);
        }
    }

    /// Prints why a client's connection failed, unless there were too many lines about its address.
    pub(crate) fn print_failure(&self, peer_addr: SocketAddr, reason: impl Display) {
        if self.failures.permits(peer_addr.ip()) {
            cli::warn!("{peer_addr}: {reason}");
        }
    }

    pub(crate) fn print_all(&self, lines: Vec<String>) {
        lines.iter().for_each(|line| self.print(line));
    }

    fn is_due(&self, kind: &str, now: Instant) -> bool {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = warned.get(kind).is_none_or(|last| now.duration_since(*last) >= INTERVAL);
        if is_due {
            warned.insert(kind.to_owned(), now);
        }
        is_due
    }
}

/// Decides when a server prints its status: once a minute, if it has changed since.
pub(crate) struct StatusTimer {
    pub(crate) printed: String,
    pub(crate) at: Instant,
}

impl StatusTimer {
    pub(crate) fn is_due(&mut self, status: &str, now: Instant) -> bool {
        if now.duration_since(self.at) < INTERVAL {
            return false;
        }
        self.at = now;
        std::mem::replace(&mut self.printed, status.to_owned()) != status
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_warning_is_printed_at_most_once_a_minute() {
        let log = Log::default();
        let start = Instant::now();
        for (kind, seconds, is_due) in [
            ("threads", 0, true),
            ("descriptors", 0, true),
            ("threads", 59, false),
            ("threads", 60, true),
            ("threads", 119, false),
        ] {
            assert_eq!(log.is_due(kind, start + Duration::from_secs(seconds)), is_due, "{kind} after {seconds} s");
        }
    }

    #[test]
    fn the_status_is_printed_once_a_minute_if_it_has_changed() {
        let start = Instant::now();
        let mut timer = StatusTimer { printed: "0 open".to_owned(), at: start };
        for (status, seconds, is_due) in [
            ("0 open", 60, false),
            ("1 open", 119, false),
            ("2 open", 120, true),
            ("2 open", 180, false),
            ("3 open", 239, false),
            ("3 open", 240, true),
        ] {
            assert_eq!(timer.is_due(status, start + Duration::from_secs(seconds)), is_due, "{status} at {seconds} s");
        }
    }
}
