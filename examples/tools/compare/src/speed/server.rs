//! A running server whose use of resources is measured.

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use anyhow::{Context, Result};
use programs::Signal;
use rustix::param::{clock_ticks_per_second, page_size};
use wire::Lesson;

use super::Implementation;
use super::report::output_of;
use crate::bytes::Program;

pub(super) struct Server(programs::Server);

/// The resources that a process has used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usage {
    /// The processor time since its start.
    pub(super) cpu: Duration,
    /// The resident memory in bytes.
    pub(super) memory: u64,
}

impl Server {
    pub(super) fn start(lesson: &Lesson, implementation: Implementation, options: &[&str]) -> Result<Server> {
        let ours = |program: Program| -> Result<Command> {
            let mut command = program.server(lesson)?;
            command.args(options);
            Ok(command)
        };
        let baseline = |options: &[&str]| -> Result<Command> {
            let mut command = Command::new(env::current_exe()?);
            command.args(["--baseline", lesson.name]).args(options);
            Ok(command)
        };
        let command = match implementation {
            Implementation::Ours => ours(Program::Rust),
            Implementation::Python => ours(Program::Python),
            Implementation::Inline => baseline(&[]),
            Implementation::Threads => baseline(&["--threads"]),
        };
        Ok(Server(programs::Server::from_command(&mut command?)?))
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.0.address
    }

    pub(super) fn usage(&self) -> Result<Usage> {
        let id = self.0.process.id().to_string();
        let usage = match fs::read_to_string(format!("/proc/{id}/stat")) {
            Ok(stat) => usage_from_stat(&stat, clock_ticks_per_second(), page_size() as u64),
            // macOS has no such file.
            Err(_) => output_of("ps", &["-o", "time=", "-o", "rss=", "-p", &id]).as_deref().and_then(usage_from_ps),
        };
        usage.context("cannot find out what the server has used")
    }

    /// Kills the server and returns how many clients it says that it accepted.
    pub(super) fn finish(self) -> Result<usize> {
        self.0.process.signal(Signal::KILL)?;
        let lines = self.0.process.wait()?.lines;
        Ok(lines.iter().filter(|line| line.text.ends_with(": accepted, it holds the key")).count())
    }
}

/// Parses `/proc/PID/stat`, see proc(5).
fn usage_from_stat(stat: &str, ticks_per_second: u64, page_size: u64) -> Option<Usage> {
    // The second field is a name that may contain spaces.
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
    let cpu = Duration::from_millis((number(14)? + number(15)?) * 1000 / ticks_per_second);
    Some(Usage { cpu, memory: number(24)? * page_size })
}

/// Parses what `ps` prints on macOS: minutes, seconds and hundredths, then KiB, as in `0:01.25 2048`.
fn usage_from_ps(line: &str) -> Option<Usage> {
    let (time, memory) = line.trim().split_once(' ')?;
    let (minutes, seconds) = time.split_once(':')?;
    let cpu = Duration::try_from_secs_f64(60.0 * minutes.parse::<f64>().ok()? + seconds.parse::<f64>().ok()?).ok()?;
    Some(Usage { cpu, memory: 1024 * memory.trim().parse::<u64>().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_is_read_from_linux_and_macos() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194304 80 0 0 0 150 25 0 0 20 0 3 0 99 2408448 512 18446744073709551615";
        for usage in [usage_from_stat(stat, 100, 4096), usage_from_ps("   0:01.75   2048\n")] {
            let usage = usage.map(|usage| (usage.cpu, usage.memory));
            assert_eq!(usage, Some((Duration::from_millis(1750), 2 * 1024 * 1024)));
        }
    }
}
