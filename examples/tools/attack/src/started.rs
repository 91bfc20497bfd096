use std::env::temp_dir;
use std::fs;
use std::path::PathBuf;
use std::process::{ChildStdin, Command, exit, id};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use programs::{Ended, Process};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// The programs that run now, and how many were started. The lock is held while one starts or ends.
static RUNNING: Mutex<(Vec<Pid>, u32)> = Mutex::new((Vec::new(), 0));

/// A program that was started for an attack, in a temporary folder of its own. Both are gone when this is dropped.
pub(crate) struct Started {
    process: Option<Process>,
    pub(crate) pid: Pid,
    pub(crate) folder: PathBuf,
}

/// If a signal ends this program, kills everything that it started and removes its files.
pub(crate) fn end_on_signal() -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    thread::Builder::new().spawn(move || {
        if signals.forever().next().is_some() {
            let (running, count) = &*running();
            for pid in running {
                let _ = kill_process(*pid, Signal::KILL);
                let _ = waitpid(Some(*pid), WaitOptions::empty());
            }
            for number in 1..=*count {
                let _ = fs::remove_dir_all(folder(number));
            }
            // As a shell reports a program that Ctrl-C ended.
            exit(130);
        }
    })?;
    Ok(())
}

impl Started {
    /// Starts a program, and returns its standard input for the caller to write to.
    pub(crate) fn start(command: &mut Command) -> Result<(Started, ChildStdin)> {
        let mut running = running();
        running.1 += 1;
        let folder = folder(running.1);
        fs::create_dir(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let (process, stdin) = Process::start_open(command.current_dir(&folder)).inspect_err(|_| {
            let _ = fs::remove_dir(&folder);
        })?;
        let pid = Pid::from_raw(process.id().cast_signed()).context("the process has no id")?;
        running.0.push(pid);
        Ok((Started { process: Some(process), pid, folder }, stdin))
    }

    /// Returns the next line that contains `part`.
    pub(crate) fn line(&mut self, part: &str, wait: Duration) -> Result<String> {
        let process = self.process.as_mut().context("the program has ended")?;
        Ok(process.lines.find(part, wait)?.text)
    }

    /// Kills the program, and returns everything that it printed.
    pub(crate) fn end(mut self) -> Result<Ended> {
        let _running = running();
        let process = self.process.take().context("the program has ended")?;
        // It may have ended by itself: that is what some attacks are for.
        let _ = process.signal(Signal::KILL);
        process.wait()
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let mut running = running();
        drop(self.process.take());
        running.0.retain(|pid| *pid != self.pid);
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn running() -> MutexGuard<'static, (Vec<Pid>, u32)> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn folder(number: u32) -> PathBuf {
    temp_dir().join(format!("open-sesame-attack-{}-{number}", id()))
}
