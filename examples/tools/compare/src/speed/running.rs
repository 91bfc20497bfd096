//! A server that is measured: started, looked at from outside, and killed.

use std::env;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result};
use clap::ValueEnum;
use programs::Language;
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

use super::figures::Contestant;
use super::floor::{How, What};

/// What a server prints of each client that answered its nonce rightly.
const ACCEPTED: &[u8] = b": accepted, it holds the key\n";

pub(super) struct Running {
    child: Child,
    pub(super) address: SocketAddr,
    /// Reads what it prints to the end, and counts whom it accepted.
    log: Option<JoinHandle<u64>>,
}

/// What a process has used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usage {
    /// Of the processor, since it started.
    pub(super) cpu: Duration,
    /// Resident memory, in bytes.
    pub(super) memory: u64,
}

impl Running {
    pub(super) fn start(what: What, contestant: Contestant, options: &[&str]) -> Result<Running> {
        let mut command = command(what, contestant, options)?;
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut out = BufReader::new(child.stdout.take().context("its output was asked for")?);
        let mut line = String::new();
        while !line.contains(" listens on ") {
            line.clear();
            let count = out.read_line(&mut line)?;
            anyhow::ensure!(count > 0, "{contestant} ended before it listened: {command:?}");
        }
        let address = line.trim_end().rsplit(' ').next().and_then(|address| address.parse().ok());
        let log = thread::Builder::new().spawn(move || count_accepted(out))?;
        Ok(Running { child, address: address.with_context(|| format!("no address in {line:?}"))?, log: Some(log) })
    }

    /// What it has used up to now.
    pub(super) fn usage(&self) -> Result<Usage> {
        let pid = Pid::from_u32(self.child.id());
        let mut system = System::new();
        let wanted = ProcessRefreshKind::nothing().with_cpu().with_memory().without_tasks();
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, wanted);
        let process = system.process(pid).context("the server has ended")?;
        Ok(Usage { cpu: Duration::from_millis(process.accumulated_cpu_time()), memory: process.memory() })
    }

    /// Kills it; how many it said that it accepted.
    pub(super) fn finish(mut self) -> Result<u64> {
        self.child.kill()?;
        self.child.wait()?;
        let log = self.log.take().context("its log is read once")?;
        log.join().ok().context("the reader of its log failed")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(what: What, contestant: Contestant, options: &[&str]) -> Result<Command> {
    let floor = |how: How| -> Result<Command> {
        let mut command = Command::new(env::current_exe()?);
        command.arg("floor");
        command.args(
            [what.to_possible_value(), how.to_possible_value()]
                .iter()
                .flatten()
                .map(clap::builder::PossibleValue::get_name),
        );
        Ok(command)
    };
    let program = |language| -> Result<Command> {
        let mut command = programs::command(what.server(), language)?;
        command.args(["--listen", "127.0.0.1:0"]).args(options);
        if what == What::WebSocket {
            command.args(["--listen-token", "127.0.0.1:0", "--error-log", "/dev/null"]);
        }
        Ok(command)
    };
    match contestant {
        Contestant::Ours => program(Language::Rust),
        Contestant::Python => program(Language::Python),
        Contestant::FloorInline => floor(How::Inline),
        Contestant::FloorThreads | Contestant::BareTungstenite => floor(How::Threads),
    }
}

impl What {
    pub(super) fn server(self) -> &'static str {
        match self {
            What::Gate => "gate-server",
            What::Echo => "echo-server",
            What::Line => "line-server",
            What::Threaded => "threaded-server",
            What::WebSocket => "ws-server",
        }
    }
}

fn count_accepted(mut out: impl BufRead) -> u64 {
    let (mut line, mut count) = (Vec::new(), 0);
    while out.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        count += u64::from(line.ends_with(ACCEPTED));
        line.clear();
    }
    count
}
