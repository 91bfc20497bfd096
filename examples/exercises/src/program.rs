//! Runs a file for an exercise, and talks to it.

use std::error::Error as StdError;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use anyhow::{Context, Error, Result, anyhow, bail, ensure};
use programs::{Ended, Line, Process, server_that};

use crate::exercise::{Exercise, Kind};
use crate::package;

/// The time limit for each check.
pub const TIME_LIMIT: Duration = Duration::from_secs(10);

/// A file for an exercise: the learner's, a starter, a solution or a cheat.
#[derive(Clone, Debug)]
pub struct Source {
    /// The exercise that it is for.
    pub exercise: &'static Exercise,
    /// What it is.
    pub kind: Kind,
    /// Where it is.
    pub path: PathBuf,
}

/// A file for an exercise, ready to run. What it does must fit into the time limit of one check; after that, every
/// method fails, and a process that still runs is killed.
#[derive(Debug)]
pub struct Program {
    pub(crate) source: Source,
    end: Instant,
}

impl Program {
    /// Begins a check of this file. If it is Rust, [`package::build`] must have compiled it.
    pub fn new(source: &Source) -> Program {
        Program { source: source.clone(), end: Instant::now() + TIME_LIMIT }
    }

    /// Returns the time that is left for this check.
    pub fn time_left(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }

    /// Runs the program with these arguments and this standard input, and waits for it to end with any status.
    ///
    /// # Errors
    /// Returns an error if it does not end in time.
    pub fn run(&self, arguments: &[&str], input: &[u8]) -> Result<Ended> {
        self.wait(Process::start(&mut self.command(arguments)?, input)?)
    }

    /// Runs the program as a client, with the address of a server as its first argument. `serve` is that server: it
    /// gets the connection. Returns what `serve` returned, and how the program ended.
    ///
    /// # Errors
    /// Returns an error if the program does not connect or does not end in time, or `serve` fails. It then says what
    /// the program printed.
    pub fn run_as_client<T>(
        &self,
        arguments: &[&str],
        serve: impl FnOnce(TcpStream) -> Result<T>,
    ) -> Result<(T, Ended)> {
        self.run_as_client_with_input(arguments, b"", serve)
    }

    /// Does the same, with this standard input.
    ///
    /// # Errors
    /// As [`Program::run_as_client`].
    pub fn run_as_client_with_input<T>(
        &self,
        arguments: &[&str],
        input: &[u8],
        serve: impl FnOnce(TcpStream) -> Result<T>,
    ) -> Result<(T, Ended)> {
        let (sender, accepted) = channel();
        let address = server_that(move |client| drop(sender.send(client)))?.to_string();
        let arguments = [&[address.as_str()], arguments].concat();
        let mut process = Process::start(&mut self.command(&arguments)?, input)?;
        let client = loop {
            // Asked first: it may connect and end right away.
            let has_ended = process.status()?.is_some();
            match accepted.recv_timeout(Duration::from_millis(20)) {
                Ok(client) => break client,
                Err(_) if has_ended => {
                    let lines = self.wait(process)?.lines;
                    bail!("your program ended and had not connected to the server{}", printed(&lines));
                }
                Err(_) => ensure!(!self.time_left().is_zero(), "your program did not connect within {TIME_LIMIT:?}"),
            }
        };
        client.set_nodelay(true)?;
        self.limit_reads(&client)?;
        let result = serve(client);
        let ended = self.wait(process);
        match (result, ended) {
            (Ok(value), ended) => Ok((value, ended?)),
            (Err(error), Ok(ended)) => Err(explained(error, &ended.lines)),
            // A read whose time was over says less than that the program did not end.
            (Err(error), Err(not_ended)) => Err(if error.is::<io::Error>() { not_ended } else { error }),
        }
    }

    /// Connects to a server. A read that is not done when the check's time is over fails.
    ///
    /// # Errors
    /// Returns an error if nothing listens there.
    pub fn connect(&self, to: SocketAddr) -> Result<TcpStream> {
        let client = programs::connect(to).context("cannot connect to your server")?;
        self.limit_reads(&client)?;
        Ok(client)
    }

    fn limit_reads(&self, stream: &TcpStream) -> Result<()> {
        // A timeout of zero is an error.
        Ok(stream.set_read_timeout(Some(self.time_left().max(Duration::from_millis(1))))?)
    }

    /// Returns the command that runs the file: a compiled program, or Python with the file, or with the harness and the
    /// file as its first argument.
    pub(crate) fn command(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = match self.source.kind {
            Kind::Rust => Command::new(package::executable(&self.source)?),
            Kind::Python => {
                let mut command = programs::python();
                command.env("PYTHONUNBUFFERED", "1").env("PYTHONPATH", programs::root());
                let harness = self.source.exercise.folder().join("harness.py");
                command.args(harness.exists().then_some(harness)).arg(&self.source.path);
                command
            }
            Kind::Text => bail!("{} is not a program", self.source.path.display()),
        };
        // A backtrace would hide the error before it.
        command.env_remove("OPEN_SESAME_KEY").env_remove("RUST_BACKTRACE").args(arguments);
        Ok(command)
    }

    fn wait(&self, process: Process) -> Result<Ended> {
        process.wait_for(self.time_left()).map_err(|error| match self.time_left() {
            Duration::ZERO => anyhow!(
                "your program did not end within {TIME_LIMIT:?}, so it was stopped; \
                 it may wait for something that never comes, or run in an endless loop"
            ),
            _ => error,
        })
    }
}

/// Puts an error into words for the learner, and adds what the program printed.
pub(crate) fn explained(error: Error, lines: &[Line]) -> Error {
    let words = |cause: &(dyn StdError + 'static)| match cause.downcast_ref().map(io::Error::kind) {
        Some(ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            "your program neither sent more nor closed the connection in time".to_owned()
        }
        Some(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof) => {
            "your program closed the connection too early".to_owned()
        }
        _ => cause.to_string(),
    };
    let causes: Vec<_> = error.chain().map(words).collect();
    Error::msg(causes.join(": ") + &printed(lines))
}

/// Returns the last lines that a program printed, as the end of a message.
pub fn printed(lines: &[Line]) -> String {
    const MAX_LINES: usize = 12;
    if lines.is_empty() {
        return "; it printed nothing".to_owned();
    }
    let last = &lines[lines.len().saturating_sub(MAX_LINES)..];
    let last: String = last.iter().map(|line| format!("\n    {}", short(&line.text))).collect();
    format!("; it printed:{last}")
}

/// Returns what a program printed, escaped, and not endlessly long.
pub(crate) fn short(text: &str) -> String {
    const MAX_CHARS: usize = 200;
    let start: String = text.chars().take(MAX_CHARS).collect();
    let dots = if start.len() < text.len() { " ..." } else { "" };
    cli::escape(start.as_bytes()) + dots
}
