use std::fmt;

/// How the connections of a server ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Connections whose handler returned `Ok`.
    pub completed: u64,
    /// Connections whose handler failed after the deadline or the idle timeout.
    pub timed_out: u64,
    /// Connections whose handler failed for another reason, or panicked.
    pub failed: u64,
    /// Connections that were still open after the grace period.
    pub closed_at_shutdown: u64,
    /// Connections that were closed without a call of the handler.
    pub refused: Rejections,
}

/// How many connections were refused, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rejections {
    /// The maximum number of connections was open.
    pub over_max_connections: u64,
    /// The maximum number of connections from their address was open.
    pub over_max_per_address: u64,
    /// Their address is not in the allow list.
    pub not_in_allow: u64,
}

impl Rejections {
    /// The sum of all reasons.
    pub fn total(&self) -> u64 {
        self.over_max_connections + self.over_max_per_address + self.not_in_allow
    }
}

/// `served 2: 2 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 0`
impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Stats { completed, timed_out, failed, closed_at_shutdown, refused } = self;
        let total = completed + timed_out + failed + closed_at_shutdown;
        write!(f, "served {total}: {completed} completed, {timed_out} timed out, {failed} failed, ")?;
        write!(f, "{closed_at_shutdown} closed at shutdown; refused {refused}")
    }
}

/// `0`, or `3 (2 over --max-connections, 1 not in --allow)`.
impl fmt::Display for Rejections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reasons: Vec<String> = [
            (self.over_max_connections, "over --max-connections"),
            (self.over_max_per_address, "over --max-per-address"),
            (self.not_in_allow, "not in --allow"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, reason)| format!("{count} {reason}"))
        .collect();
        write!(f, "{}", self.total())?;
        if reasons.is_empty() { Ok(()) } else { write!(f, " ({})", reasons.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_reasons_that_occurred_are_named() {
        let text = |over_max_connections, over_max_per_address, not_in_allow| {
            Rejections { over_max_connections, over_max_per_address, not_in_allow }.to_string()
        };
        assert_eq!(text(0, 0, 0), "0");
        assert_eq!(text(0, 0, 1), "1 (1 not in --allow)");
        assert_eq!(text(2, 0, 1), "3 (2 over --max-connections, 1 not in --allow)");
        assert_eq!(text(1, 2, 3), "6 (1 over --max-connections, 2 over --max-per-address, 3 not in --allow)");
    }
}
