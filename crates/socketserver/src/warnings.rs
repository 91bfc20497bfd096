use std::collections::HashMap;
use std::fmt::Display;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Prints warnings for the operator, each kind at most once a minute.
#[derive(Debug)]
pub(crate) struct Warnings {
    prefix: String,
    last: Mutex<HashMap<&'static str, Instant>>,
}

impl Warnings {
    const INTERVAL: Duration = Duration::from_secs(60);

    pub(crate) fn new(prefix: String) -> Warnings {
        Warnings { prefix, last: Mutex::default() }
    }

    pub(crate) fn warn(&self, kind: &'static str, text: impl Display) {
        if self.is_due(kind, Instant::now()) {
            cli::warn!("{}{text}", self.prefix);
        }
    }

    fn is_due(&self, kind: &'static str, now: Instant) -> bool {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = last.get(kind).is_none_or(|last| now.duration_since(*last) >= Self::INTERVAL);
        if is_due {
            last.insert(kind, now);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_printed_at_most_once_a_minute() {
        let warnings = Warnings::new(String::new());
        let now = Instant::now();
        assert!(warnings.is_due("threads", now));
        assert!(warnings.is_due("descriptors", now));
        assert!(!warnings.is_due("threads", now + Duration::from_secs(59)));
        assert!(warnings.is_due("threads", now + Duration::from_secs(60)));
        assert!(!warnings.is_due("threads", now + Duration::from_secs(119)));
    }
}
