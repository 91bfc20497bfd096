//! A running server whose use of resources is measured.

use std::env;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::ValueEnum;
use programs::{Language, Signal};
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};
use wire::Lesson;

use super::baseline::Threads;
use super::figures::Implementation;

pub(super) struct Server(programs::Server);

/// What a process has used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usage {
    /// The processor time since its start.
    pub(super) cpu: Duration,
    /// The resident memory in bytes.
    pub(super) memory: u64,
}

impl Server {
    pub(super) fn start(lesson: &Lesson, implementation: Implementation, options: &[&str]) -> Result<Server> {
        let command = match implementation {
            Implementation::Ours => program(lesson, Language::Rust, options),
            Implementation::Python => program(lesson, Language::Python, options),
            Implementation::Inline => baseline(lesson, Threads::One),
            Implementation::Threads | Implementation::Tungstenite => baseline(lesson, Threads::PerConnection),
        };
        Ok(Server(programs::Server::from_command(&mut command?)?))
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.0.address
    }

    pub(super) fn usage(&self) -> Result<Usage> {
        let pid = Pid::from_u32(self.0.process.id());
        let mut system = System::new();
        let wanted = ProcessRefreshKind::nothing().with_cpu().with_memory().without_tasks();
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, wanted);
        let process = system.process(pid).context("the server has ended")?;
        Ok(Usage { cpu: Duration::from_millis(process.accumulated_cpu_time()), memory: process.memory() })
    }

    /// Kills the server and returns how many clients it says that it accepted.
    pub(super) fn finish(self) -> Result<usize> {
        self.0.process.signal(Signal::KILL)?;
        let lines = self.0.process.wait()?.lines;
        Ok(lines.iter().filter(|line| line.text.ends_with(": accepted, it holds the key")).count())
    }
}

fn program(lesson: &Lesson, language: Language, options: &[&str]) -> Result<Command> {
    let mut command = programs::command(lesson.server, language)?;
    command.args(["--listen", "127.0.0.1:0"]).args(options);
    if lesson.is_websocket() {
        command.args(["--listen-token", "127.0.0.1:0", "--error-log", "/dev/null"]);
    }
    Ok(command)
}

fn baseline(lesson: &Lesson, threads: Threads) -> Result<Command> {
    let mut command = Command::new(env::current_exe()?);
    let threads = threads.to_possible_value().context("every variant has a name")?;
    command.args(["baseline", lesson.name, threads.get_name()]);
    Ok(command)
}
