use std::fmt;

/// What a server has done with its clients: its last line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Connections whose handler returned without an error.
    pub completed: u64,
    /// Connections that were cut because their deadline passed.
    pub timed_out: u64,
    /// Connections whose handler failed or panicked.
    pub failed: u64,
    /// Connections that were still open when the grace time was over.
    pub cut: u64,
    /// Connections closed at once.
    pub refused: Rejections,
}

/// How many connections were closed at once, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rejections {
    /// As many as may be were open.
    pub too_many: u64,
    /// As many as may be were open from their address.
    pub from_one_address: u64,
    /// Their address is not one that may connect.
    pub not_allowed: u64,
}

impl Rejections {
    /// All of them.
    pub fn all(&self) -> u64 {
        self.too_many + self.from_one_address + self.not_allowed
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Stats { completed, timed_out, failed, cut, refused } = self;
        let all = completed + timed_out + failed + cut;
        write!(f, "served {all}: {completed} completed, {timed_out} timed out, {failed} failed, {cut} cut at the end")?;
        write!(f, "; refused {refused}")
    }
}

/// `0`, or `3 (2 too many, 1 not allowed)`.
impl fmt::Display for Rejections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rejections { too_many, from_one_address, not_allowed } = *self;
        let whys = [(too_many, "too many"), (from_one_address, "from one address"), (not_allowed, "not allowed")];
        let whys = whys.iter().filter(|(count, _)| *count > 0).map(|(count, why)| format!("{count} {why}"));
        match self.all() {
            0 => f.write_str("0"),
            all => write!(f, "{all} ({})", whys.collect::<Vec<_>>().join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn told_is_why_only_where_some_were_refused() {
        let refused = |too_many, from_one_address, not_allowed| {
            Rejections { too_many, from_one_address, not_allowed }.to_string()
        };
        assert_eq!(refused(0, 0, 0), "0");
        assert_eq!(refused(0, 0, 1), "1 (1 not allowed)");
        assert_eq!(refused(2, 0, 1), "3 (2 too many, 1 not allowed)");
        assert_eq!(refused(1, 2, 3), "6 (1 too many, 2 from one address, 3 not allowed)");
    }
}
