//! A file for an exercise that runs as a server.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use programs::{Line, Process, Signal, listening_address};
use socket2::SockRef;

use crate::program::{Program, TIME_LIMIT, explained};

impl Program {
    /// Runs the program as a server, with `127.0.0.1:0` as its first argument, until it prints `NAME listens on
    /// ADDRESS`. Then `visit` gets the running server. When it returns, the server is killed.
    ///
    /// # Errors
    /// Returns an error if the program does not listen in time, or `visit` fails. It then says what the program
    /// printed.
    pub fn run_as_server<T>(&self, arguments: &[&str], visit: impl FnOnce(&mut Server<'_>) -> Result<T>) -> Result<T> {
        self.run_command_as_server(self.command(&[&["127.0.0.1:0"], arguments].concat())?, visit)
    }

    /// Does the same, and allows the program only so many open files.
    ///
    /// # Errors
    /// As [`Program::run_as_server`].
    pub fn run_as_server_with_open_files<T>(
        &self,
        arguments: &[&str],
        files: u32,
        visit: impl FnOnce(&mut Server<'_>) -> Result<T>,
    ) -> Result<T> {
        let command = self.command(&[&["127.0.0.1:0"], arguments].concat())?;
        let mut limited = Command::new("sh");
        limited.arg("-c").arg(format!("ulimit -n {files}; exec \"$0\" \"$@\""));
        limited.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => limited.env(name, value),
                None => limited.env_remove(name),
            };
        }
        self.run_command_as_server(limited, visit)
    }

    fn run_command_as_server<T>(
        &self,
        mut command: Command,
        visit: impl FnOnce(&mut Server<'_>) -> Result<T>,
    ) -> Result<T> {
        let process = Process::start(&mut command, b"")?;
        let unknown = (Ipv4Addr::UNSPECIFIED, 0).into();
        let mut server = Server { address: unknown, process, program: self, lines: Vec::new() };
        let result = server.line(" listens on ").and_then(|line| {
            server.address = listening_address(&line).with_context(|| format!("there is no address in {line:?}"))?;
            visit(&mut server)
        });
        result.map_err(|error| {
            // What it has printed until now. An error message may still be on its way.
            while let Ok(Some(line)) = server.process.lines.next(Duration::from_millis(50)) {
                server.lines.push(line);
            }
            explained(error, &server.lines)
        })
    }
}

/// A running server. It is killed when this is dropped.
#[derive(Debug)]
pub struct Server<'a> {
    /// The address that it listens on.
    pub address: SocketAddr,
    process: Process,
    program: &'a Program,
    lines: Vec<Line>,
}

impl Server<'_> {
    /// Connects to it, as [`Program::connect`] does.
    ///
    /// # Errors
    /// Returns an error if it no longer listens.
    pub fn connect(&self) -> Result<TcpStream> {
        self.program.connect(self.address)
    }

    /// Returns the next line that it prints with `part` in it, and skips the lines before that.
    ///
    /// # Errors
    /// Returns an error if it prints no such line, or not in time.
    pub fn line(&mut self, part: &str) -> Result<String> {
        loop {
            match self.process.lines.next(self.program.time_left()) {
                Ok(Some(line)) => {
                    let text = line.text.clone();
                    self.lines.push(line);
                    if text.contains(part) {
                        return Ok(text);
                    }
                }
                Ok(None) => bail!("your program ended and had not printed a line with {part:?}"),
                Err(_) => bail!("your program did not print a line with {part:?} within {TIME_LIMIT:?}"),
            }
        }
    }

    /// Returns all lines that it prints within this time.
    pub fn lines_within(&mut self, time: Duration) -> Vec<String> {
        let end = Instant::now() + time;
        let mut printed = Vec::new();
        while let Ok(Some(line)) = self.process.lines.next(end.saturating_duration_since(Instant::now())) {
            printed.push(line.text.clone());
            self.lines.push(line);
        }
        printed
    }

    /// Sends it a signal.
    ///
    /// # Errors
    /// Returns an error if it has already ended.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        self.process.signal(signal).context("your program has already ended")
    }

    /// Waits for it to end, and returns its exit status.
    ///
    /// # Errors
    /// Returns an error if it does not end in time.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.process.status()? {
                return Ok(status);
            }
            ensure!(!self.program.time_left().is_zero(), "your program did not end within {TIME_LIMIT:?}");
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Resets a connection: the other side gets an error instead of an end.
///
/// # Errors
/// Returns an error if the system refuses the option.
pub fn reset(client: TcpStream) -> Result<()> {
    // To close without lingering is to reset.
    SockRef::from(&client).set_linger(Some(Duration::ZERO))?;
    drop(client);
    Ok(())
}
