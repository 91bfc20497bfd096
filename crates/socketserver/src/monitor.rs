use std::fmt;
use std::time::{Duration, Instant};

use crate::served::Stats;

/// How things stand, in the words of the server's last line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) open: usize,
    pub(crate) served: Stats,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Status { open, served } = self;
        write!(f, "{open} open; {served}")
    }
}

/// When the operator is to be told how things stand: a minute after something changed, and each minute while it does.
///
/// Connections that come and go do not call the monitor. It looks itself, as long as any is open, and then rests.
#[derive(Debug)]
pub(crate) struct Monitor {
    pace: Duration,
    told: Status,
    /// When it looks next; none while it rests.
    due: Option<Instant>,
}

impl Monitor {
    /// The time between two lines, at least.
    const PACE: Duration = Duration::from_secs(60);

    pub(crate) fn new(pace: Duration) -> Monitor {
        Monitor { pace, told: Status::default(), due: None }
    }

    /// Whether this is to be told now.
    pub(crate) fn is_due(&mut self, status: Status, now: Instant) -> bool {
        if self.due.is_none_or(|due| now < due) {
            return false;
        }
        self.due = None;
        let changed = status != self.told;
        self.told(status);
        changed
    }

    /// How long it rests; none: until it is called, because nothing is open and all is told.
    pub(crate) fn rest(&mut self, status: Status, now: Instant) -> Option<Duration> {
        if status.open == 0 && status == self.told {
            self.due = None;
            return None;
        }
        Some(self.due.get_or_insert(now + self.pace).saturating_duration_since(now))
    }

    /// The operator has asked for it, and need not be told again.
    pub(crate) fn told(&mut self, status: Status) {
        self.told = status;
    }
}

impl Default for Monitor {
    fn default() -> Monitor {
        Monitor::new(Monitor::PACE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: Status = status(1, 0);
    const LEFT: Status = status(0, 1);

    const fn status(open: usize, completed: u64) -> Status {
        let refused = crate::served::Rejections { too_many: 0, from_one_address: 0, not_allowed: 0 };
        Status { open, served: Stats { completed, timed_out: 0, failed: 0, cut: 0, refused } }
    }

    /// A monitor, and the seconds of a clock that stands until it is set.
    fn monitor() -> (Monitor, impl Fn(u64) -> Instant) {
        let start = Instant::now();
        (Monitor::new(Monitor::PACE), move |seconds| start + Duration::from_secs(seconds))
    }

    #[test]
    fn it_rests_while_nothing_happens() {
        let (mut monitor, at) = monitor();
        for seconds in [0, 100, 10_000] {
            assert!(!monitor.is_due(Status::default(), at(seconds)));
            assert_eq!(monitor.rest(Status::default(), at(seconds)), None);
        }
    }

    #[test]
    fn it_tells_a_minute_after_a_change_and_rests_again() {
        let (mut monitor, at) = monitor();
        assert_eq!(monitor.rest(OPEN, at(1000)), Some(Duration::from_secs(60)));
        assert!(!monitor.is_due(LEFT, at(1059)));
        assert_eq!(monitor.rest(LEFT, at(1059)), Some(Duration::from_secs(1)));
        assert!(monitor.is_due(LEFT, at(1060)));
        assert!(!monitor.is_due(LEFT, at(1060)));
        assert_eq!(monitor.rest(LEFT, at(1060)), None);
    }

    #[test]
    fn it_tells_once_a_minute_while_things_change() {
        let (mut monitor, at) = monitor();
        let mut lines = 0;
        for seconds in 0..=600 {
            let status = status(1, seconds);
            lines += u64::from(monitor.is_due(status, at(seconds)));
            assert!(monitor.rest(status, at(seconds)).is_some());
        }
        assert_eq!(lines, 10);
    }

    #[test]
    fn it_is_silent_while_a_session_goes_on_but_looks() {
        let (mut monitor, at) = monitor();
        monitor.rest(OPEN, at(0));
        assert!(monitor.is_due(OPEN, at(60)));
        for minute in 1..10 {
            assert_eq!(monitor.rest(OPEN, at(60 * minute)), Some(Duration::from_secs(60)));
            assert!(!monitor.is_due(OPEN, at(60 * minute + 60)));
        }
        assert!(monitor.rest(OPEN, at(600)).is_some());
        assert!(monitor.is_due(LEFT, at(660)));
    }

    #[test]
    fn what_was_asked_for_is_not_told_again() {
        let (mut monitor, at) = monitor();
        monitor.rest(OPEN, at(0));
        monitor.told(LEFT);
        assert!(!monitor.is_due(LEFT, at(60)));
        assert_eq!(monitor.rest(LEFT, at(60)), None);
    }
}
