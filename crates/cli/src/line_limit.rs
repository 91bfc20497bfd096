use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Limits how many lines of a log are about one address, so that no client can fill the disk. Counts what is left out.
#[derive(Debug)]
pub struct LineLimit(Mutex<Minute>);

#[derive(Debug)]
struct Minute {
    start: Instant,
    lines: HashMap<IpAddr, u64>,
}

impl LineLimit {
    /// The maximum number of lines about one address per minute.
    pub const MAX_LINES: u64 = 100;
    const INTERVAL: Duration = Duration::from_secs(60);

    /// Counts a line about this address, and returns whether to write it.
    pub fn permits(&self, address: IpAddr) -> bool {
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = minute.lines.entry(address.to_canonical()).or_default();
        *lines += 1;
        *lines <= Self::MAX_LINES
    }

    /// Ends the minute if it is over. Returns a line for each address that had too many: `and 4,210 more from 127.0.0.1`.
    pub fn left_out(&self) -> Vec<String> {
        self.left_out_at(Instant::now())
    }

    /// Like [`LineLimit::left_out`], but ends the minute early: for the end of a log.
    pub fn finish(&self) -> Vec<String> {
        self.left_out_at(Instant::now() + Self::INTERVAL)
    }

    fn left_out_at(&self, now: Instant) -> Vec<String> {
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now.duration_since(minute.start) < Self::INTERVAL {
            return Vec::new();
        }
        minute.start = now;
        let too_many = minute.lines.drain().filter(|(_, lines)| *lines > Self::MAX_LINES);
        too_many
            .map(|(address, lines)| format!("and {} more from {address}", thousands(lines - Self::MAX_LINES)))
            .collect()
    }
}

impl Default for LineLimit {
    /// Begins the first minute.
    fn default() -> LineLimit {
        LineLimit(Mutex::new(Minute { start: Instant::now(), lines: HashMap::new() }))
    }
}

/// Returns the number with a comma before each three digits.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| str::from_utf8(group).ok()).collect();
    groups.join(",")
}
