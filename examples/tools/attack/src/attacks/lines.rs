use std::io::{Read, Write};
use std::time::Duration;

use anyhow::{Result, ensure};

use super::Outcome;
use crate::target::{Setup, Target};

/// The most that is sent of the line that never ends.
const MAX_LINE: usize = 64 << 20;

pub(super) fn dribble(target: &Target) -> Result<Vec<Outcome>> {
    let mut server = target.start("line-server", &Setup { options: &["--deadline", "1s"], ..Setup::default() })?;
    // A robust server of the user's has a deadline of three seconds.
    let interval = if target.to.is_some() { Duration::from_secs(1) } else { Duration::from_millis(300) };
    let mut slow = server.connect()?;
    slow.set_read_timeout(Some(interval))?;
    let speaks_first = slow.read(&mut [0]).is_ok();
    ensure!(!speaks_first, "{} speaks first: this attack is for line-server", server.address);
    let mut other = server.connect()?;
    other.write_all(b"hello\r\n")?;
    other.set_read_timeout(Some(interval))?;
    for _ in 0..10 {
        // It fails when the server has closed the connection.
        let _ = slow.write_all(b"x");
        if other.read(&mut [0; 64]).is_ok_and(|count| count > 0) {
            return Ok(vec![Outcome::Stands(if server.logs("the deadline passed") {
                "cut at deadline"
            } else {
                "others served"
            })]);
        }
    }
    Ok(vec![Outcome::Falls("others wait")])
}

pub(super) fn endless(target: &Target) -> Result<Vec<Outcome>> {
    let mut server = target.start("line-server", &Setup::default())?;
    let before = server.memory()?;
    let mut stream = server.connect()?;
    let mut sent = 0;
    let piece = [b'x'; 64 << 10];
    while sent < MAX_LINE && stream.write_all(&piece).is_ok() {
        sent += piece.len();
    }
    target.tell(&format!("the server took {} KiB of the line", sent >> 10));
    let grown = server.memory()?.zip(before).map(|(after, before)| after.saturating_sub(before));
    if let Some(grown) = grown {
        target.tell(&format!("its memory grew by {grown} KiB"));
    }
    if sent >= MAX_LINE && grown.is_none_or(|grown| grown > 32 << 10) {
        return Ok(vec![Outcome::Falls("memory grows")]);
    }
    Ok(vec![Outcome::Stands(if server.logs("the line is longer than") { "refused" } else { "little memory" })])
}
