use std::io::Write;
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};

use crate::build::{Language, command};
use crate::output::{Line, Lines, Stream};

/// How long a program may take to print a line or to end before that is an error: longer than any that is well takes.
const WAIT: Duration = Duration::from_secs(60);

/// A running program, with pipes to and from it. Dropped, it is killed.
#[derive(Debug)]
pub struct Process {
    child: Child,
    /// What it prints.
    pub lines: Lines,
}

/// How a program ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit status.
    pub status: ExitStatus,
    /// All that it printed.
    pub lines: Vec<Line>,
}

impl Process {
    /// Starts the program; what it reads from standard input is `input`, and then the end.
    ///
    /// # Errors
    /// What the system says.
    pub fn start(command: &mut Command, input: &[u8]) -> Result<Process> {
        let (process, mut stdin) = Process::start_open(command)?;
        let input = input.to_vec();
        // A program may print before it reads all, or end without reading: neither must stop this one.
        thread::spawn(move || stdin.write_all(&input));
        Ok(process)
    }

    /// Starts the program with its standard input open, to be written to as one goes along.
    ///
    /// # Errors
    /// What the system says.
    pub fn start_open(command: &mut Command) -> Result<(Process, ChildStdin)> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run {}", command.get_program().display()))?;
        let (Some(stdin), Some(out), Some(err)) = (child.stdin.take(), child.stdout.take(), child.stderr.take()) else {
            unreachable!("all three were asked for")
        };
        Ok((Process { child, lines: Lines::of(out, err) }, stdin))
    }

    /// What it prints, to be read by another thread than the one that has the process.
    pub fn take_lines(&mut self) -> Lines {
        std::mem::replace(&mut self.lines, Lines::of(std::io::empty(), std::io::empty()))
    }

    /// Its id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal.
    ///
    /// # Errors
    /// What the system says, as when it has ended already.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        Ok(kill_process(Pid::from_child(&self.child), signal)?)
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// It had not ended within a minute.
    pub fn wait(mut self) -> Result<Ended> {
        let lines = self.take_lines().all(WAIT)?;
        Ok(Ended { status: self.child.wait()?, lines })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    /// What it printed to standard output, line by line.
    pub fn out(&self) -> Vec<&str> {
        self.of(Stream::Out)
    }

    /// What it printed to standard error, line by line.
    pub fn err(&self) -> Vec<&str> {
        self.of(Stream::Err)
    }

    /// What it printed to standard output, line by line, byte for byte.
    pub fn out_bytes(&self) -> Vec<&[u8]> {
        self.on(Stream::Out).map(|line| line.bytes.as_slice()).collect()
    }

    fn of(&self, stream: Stream) -> Vec<&str> {
        self.on(stream).map(|line| line.text.as_str()).collect()
    }

    fn on(&self, stream: Stream) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.stream == stream)
    }
}

/// A server of `examples/` that listens on a free port of 127.0.0.1.
#[derive(Debug)]
pub struct Server {
    /// Its process.
    pub process: Process,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts it with these options beside `--listen`, and waits until it listens.
    ///
    /// # Errors
    /// It cannot be built or run, or ends before it listens.
    pub fn start(name: &str, language: Language, options: &[&str]) -> Result<Server> {
        Server::from_command(command(name, language)?.args(["--listen", "127.0.0.1:0"]).args(options))
    }

    /// Starts a server by a command that says where it listens in its first such line, `NAME listens on ADDRESS`.
    ///
    /// # Errors
    /// It cannot be run, or ends before it listens.
    pub fn from_command(command: &mut Command) -> Result<Server> {
        let mut process = Process::start(command, b"")?;
        let line = process.lines.find(" listens on ", WAIT)?.text;
        let address = line.rsplit(' ').next().and_then(|address| address.parse().ok());
        Ok(Server { process, address: address.with_context(|| format!("no address in {line:?}"))? })
    }

    /// The next line with `part` in it.
    ///
    /// # Errors
    /// None came within a minute, or before it ended.
    pub fn line(&mut self, part: &str) -> Result<String> {
        Ok(self.process.lines.find(part, WAIT)?.text)
    }

    /// Ends it with SIGTERM, and waits for its end. SIGINT would not do: a server that is started with it ignored leaves it so.
    ///
    /// # Errors
    /// It does not end, or not with status 0.
    pub fn stop(self) -> Result<Ended> {
        self.process.signal(Signal::TERM)?;
        let ended = self.process.wait()?;
        ensure!(ended.status.success(), "{} after SIGTERM: {:?}", ended.status, ended.lines);
        Ok(ended)
    }
}

/// Runs a client of `examples/` to its end, with this standard input.
///
/// # Errors
/// It cannot be built or run, or does not end.
pub fn run(name: &str, language: Language, options: &[&str], input: &[u8]) -> Result<Ended> {
    Process::start(command(name, language)?.args(options), input)?.wait()
}
