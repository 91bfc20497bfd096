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
    /// Connections that were refused because the maximum number of connections was open.
    pub over_max_connections: u64,
    /// Connections that were refused because the maximum number of connections from their address was open.
    pub over_max_per_address: u64,
    /// Connections that were refused because their address is not in the allow list.
    pub not_in_allow: u64,
}

/// `served 1: 1 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 3 (2 over --max-connections, 1 not in
/// --allow)`, with only those reasons that occurred.
impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Stats { completed, timed_out, failed, closed_at_shutdown, .. } = self;
        let served = completed + timed_out + failed + closed_at_shutdown;
        write!(f, "served {served}: {completed} completed, {timed_out} timed out, {failed} failed, ")?;
        let refused = self.over_max_connections + self.over_max_per_address + self.not_in_allow;
        write!(f, "{closed_at_shutdown} closed at shutdown; refused {refused}")?;
        let mut reasons = vec![
            (self.over_max_connections, "over --max-connections"),
            (self.over_max_per_address, "over --max-per-address"),
            (self.not_in_allow, "not in --allow"),
        ];
        reasons.retain(|(count, _)| *count > 0);
        let reasons: Vec<_> = reasons.iter().map(|(count, reason)| format!("{count} {reason}")).collect();
        if reasons.is_empty() { Ok(()) } else { write!(f, " ({})", reasons.join(", ")) }
    }
}
