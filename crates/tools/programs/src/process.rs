use std::io::Write;
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};

use crate::build::{Language, command};
use crate::output::{Line, Lines, Stream};
use crate::{WAIT, listening_address, sigint};

/// A running program, with pipes to and from it. It is killed when this is dropped.
#[derive(Debug)]
pub struct Process {
    child: KilledOnDrop,
    /// The lines that it prints.
    pub lines: Lines,
}

/// A child process that does not outlive its owner.
#[derive(Debug)]
pub(crate) struct KilledOnDrop(pub(crate) Child);

impl Drop for KilledOnDrop {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How a program ended, and what it printed.
#[derive(Debug)]
pub struct Ended {
    /// Its exit status.
    pub status: ExitStatus,
    /// All lines that it printed.
    pub lines: Vec<Line>,
}

impl Process {
    /// Starts the program with `input` as its standard input.
    pub fn start(command: &mut Command, input: &[u8]) -> Result<Process> {
        let (process, mut stdin) = Process::start_open(command)?;
        let input = input.to_vec();
        // In a thread: the program may print before it has read everything, and may end without reading it.
        thread::spawn(move || stdin.write_all(&input));
        Ok(process)
    }

    /// Starts the program, and returns its standard input for the caller to write to.
    pub fn start_open(command: &mut Command) -> Result<(Process, ChildStdin)> {
        sigint::restore_in_children();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run {}", command.get_program().display()))?;
        let (Some(stdin), Some(out), Some(err)) = (child.stdin.take(), child.stdout.take(), child.stderr.take()) else {
            unreachable!("all three are pipes")
        };
        Ok((Process { child: KilledOnDrop(child), lines: Lines::new(out, err) }, stdin))
    }

    /// Returns the process id.
    pub fn id(&self) -> u32 {
        self.child.0.id()
    }

    /// Sends a signal.
    ///
    /// # Errors
    /// Returns an error if the process has already ended.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        Ok(kill_process(Pid::from_child(&self.child.0), signal)?)
    }

    /// Waits for the program to end.
    pub fn wait(self) -> Result<Ended> {
        self.wait_for(WAIT)
    }

    /// Waits for the program to end.
    ///
    /// # Errors
    /// Returns an error if it does not end within this time. It is then killed.
    pub fn wait_for(mut self, time: Duration) -> Result<Ended> {
        let end = Instant::now() + time;
        let lines = self.lines.all(time)?;
        // A program may close its output and run on. Nothing in std waits for its end with a time limit.
        loop {
            if let Some(status) = self.child.0.try_wait()? {
                return Ok(Ended { status, lines });
            }
            ensure!(Instant::now() < end, "the program runs on, without its output, after {time:?}: {lines:?}");
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Returns the program's exit status if it has ended.
    pub fn status(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.0.try_wait()?)
    }
}

impl Ended {
    /// Returns the lines on standard output.
    pub fn out(&self) -> Vec<&str> {
        self.on(Stream::Out).map(|line| line.text.as_str()).collect()
    }

    /// Returns the lines on standard error.
    pub fn err(&self) -> Vec<&str> {
        self.on(Stream::Err).map(|line| line.text.as_str()).collect()
    }

    /// Returns the lines on standard output as bytes.
    pub fn out_bytes(&self) -> Vec<&[u8]> {
        self.on(Stream::Out).map(|line| line.bytes.as_slice()).collect()
    }

    fn on(&self, stream: Stream) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.stream == stream)
    }
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    /// Its process.
    pub process: Process,
    /// The address that it listens on. If it has several, the first that it printed.
    pub address: SocketAddr,
}

impl Server {
    /// Starts a server of `examples/` on a free port of 127.0.0.1, with more options, and waits until it listens. A naive
    /// server takes no options, but the address of each port as an argument.
    pub fn start(name: &str, language: Language, options: &[&str]) -> Result<Server> {
        let listen: &[&str] =
            if name.starts_with("naive-") { &["127.0.0.1:0"; 2] } else { &["--listen", "127.0.0.1:0"] };
        Server::from_command(command(name, language)?.args(listen).args(options))
    }

    /// Starts any command that prints `NAME listens on ADDRESS`, and waits for that line.
    pub fn from_command(command: &mut Command) -> Result<Server> {
        let mut process = Process::start(command, b"")?;
        let address = next_address(&mut process)?;
        Ok(Server { process, address })
    }

    /// Waits until the server listens on another address, as ws-server does, and returns that.
    pub fn next_address(&mut self) -> Result<SocketAddr> {
        next_address(&mut self.process)
    }

    /// Returns the next line that contains `part`.
    pub fn line(&mut self, part: &str) -> Result<String> {
        Ok(self.process.lines.find(part, WAIT)?.text)
    }

    /// Stops the server with SIGTERM and waits for it to end. (It may have been started with SIGINT ignored.)
    ///
    /// # Errors
    /// Returns an error if it does not end, or not with status 0.
    pub fn stop(self) -> Result<Ended> {
        self.process.signal(Signal::TERM)?;
        let ended = self.process.wait()?;
        ensure!(ended.status.success(), "{} after SIGTERM: {:?}", ended.status, ended.lines);
        Ok(ended)
    }
}

fn next_address(process: &mut Process) -> Result<SocketAddr> {
    let line = process.lines.find(" listens on ", WAIT)?.text;
    listening_address(&line).with_context(|| format!("no address in {line:?}"))
}

/// Runs a client of `examples/` with `input` as its standard input, and waits for it to end.
pub fn run(name: &str, language: Language, options: &[&str], input: &[u8]) -> Result<Ended> {
    Process::start(command(name, language)?.args(options), input)?.wait()
}
