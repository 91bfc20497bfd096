//! What a session takes of a server's memory while nothing is said in it.

use anyhow::{Context, Result};
use auth::Key;

use super::figures::Contestant::{Ours, Python};
use super::figures::Measure;
use super::floor::What;
use super::load::{ECHO_KEY, Session};
use super::rounds::{Round, Run, by_measure};
use super::running::Running;

/// Descriptors that a server and this tool hold beside those of sessions.
const OTHER_DESCRIPTORS: u64 = 100;

/// Resident memory for each of so many idle echo sessions.
pub(super) fn memory(run: &Run<'_>, sessions: usize, rounds: usize) -> Result<Vec<Measure>> {
    // Servers inherit it.
    let descriptors = rlimit::increase_nofile_limit(u64::MAX).context("the limit of descriptors")?;
    let title = format!("echo, {sessions} idle sessions");
    let figures = run.in_turns(&title, What::Echo, &[Ours, Python], rounds, false, |contestant| {
        if descriptors < sessions as u64 + OTHER_DESCRIPTORS {
            return Ok(Err(format!("{sessions} sessions need as many descriptors, and {descriptors} may be open")));
        }
        let room = (sessions + 1).to_string();
        let server = Running::start(What::Echo, contestant, &["--max-connections", &room])?;
        hold(&server, sessions)
    })?;
    let [figures] = by_measure(figures);
    let what = "resident memory for each";
    Ok(vec![Measure { load: title, what, unit: "KiB", more_is_better: false, figures }])
}

fn hold(server: &Running, sessions: usize) -> Result<Round> {
    let key = Key::new(ECHO_KEY)?;
    let before = server.usage()?.memory;
    let mut held = Vec::new();
    for number in 0..sessions {
        match Session::open(server.address, &key) {
            Ok(session) => held.push(session),
            // A system may grant fewer threads than that, which is no error of the server's.
            Err(error) => return Ok(Err(format!("only {number} sessions could be opened: {error:#}"))),
        }
    }
    let after = server.usage()?.memory;
    // None was lost: the first still has its answer when the last has had its own.
    held.iter_mut().try_for_each(Session::ask).context("a session that was held")?;
    Ok(Ok(vec![after.saturating_sub(before) as f64 / 1024.0 / sessions as f64]))
}
