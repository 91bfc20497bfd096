use std::fmt;

/// What a server has done with its clients: its last line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// Connections whose handler returned without an error.
    pub completed: u64,
    /// Connections that were cut because their deadline passed.
    pub timed_out: u64,
    /// Connections whose handler failed or panicked.
    pub failed: u64,
    /// Connections that were still open when the grace time was over.
    pub cut: u64,
    /// Connections closed at once, because there were too many.
    pub refused: u64,
}

impl fmt::Display for Served {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Served { completed, timed_out, failed, cut, refused } = self;
        let all = completed + timed_out + failed + cut;
        write!(f, "served {all}: {completed} completed, {timed_out} timed out, {failed} failed, {cut} cut at the end")?;
        write!(f, "; refused {refused}")
    }
}
