//! Runs a file for an exercise, and talks to it.

use std::error::Error as StdError;
use std::fmt::Display;
use std::fs;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Error, Result, anyhow, bail, ensure};
use programs::{Ended, Line, Process, Signal, listening_address};

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
    source: Source,
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

    /// Returns what the file of a prediction says after `label:`.
    ///
    /// # Errors
    /// Returns an error if there is no such line, or nothing after the label.
    fn prediction(&self, label: &str) -> Result<String> {
        let text = fs::read_to_string(&self.source.path)?;
        let value = text.lines().find_map(|line| line.trim().strip_prefix(label)?.trim_start().strip_prefix(':'));
        let value = value.with_context(|| format!("the line `{label}: ...` is missing in your file"))?.trim();
        ensure!(!value.trim_matches('.').is_empty(), "you have not filled in `{label}` yet");
        Ok(value.to_owned())
    }

    /// Checks a prediction, a word or a number, without a look at upper case and blanks.
    ///
    /// # Errors
    /// Returns an error if it is missing or wrong. It does not say what is right.
    pub fn predicts(&self, label: &str, truth: impl Display) -> Result<()> {
        let predicted = self.prediction(label)?;
        let same = normalized(&predicted) == normalized(&truth.to_string());
        ensure!(same, "you predict {}, and that is not what happens", cli::escape(predicted.as_bytes()));
        Ok(())
    }

    /// Checks a prediction of bytes, such as `00 f6`.
    ///
    /// # Errors
    /// Returns an error if it is missing, not in hexadecimal or wrong. It says where, and not what is right.
    pub fn predicts_bytes(&self, label: &str, truth: &[u8]) -> Result<()> {
        let predicted = self.prediction(label)?;
        let digits = normalized(&predicted);
        let is_hex = digits.len().is_multiple_of(2) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        ensure!(is_hex, "{} is not bytes in hexadecimal, such as 00 f6", cli::escape(predicted.as_bytes()));
        let predicted = digits.as_bytes().chunks(2);
        let truth: Vec<_> = truth.iter().map(|byte| wire::hex(&[*byte])).collect();
        let (count, expected) = (predicted.len(), truth.len());
        for (at, (predicted, truth)) in predicted.zip(&truth).enumerate() {
            let right = predicted == truth.as_bytes();
            ensure!(right, "byte {at}, counted from 0, is not {}", String::from_utf8_lossy(predicted));
        }
        ensure!(count == expected, "what you predict is {count} bytes long, and it should be {expected}");
        Ok(())
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
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?.to_string();
        let arguments = [&[address.as_str()], arguments].concat();
        let mut process = Process::start(&mut self.command(&arguments)?, b"")?;
        let client = match self.accept(&listener, &mut process)? {
            Some(client) => client,
            None => {
                let ended = self.wait(process)?;
                bail!("your program ended and had not connected to the server{}", printed(&ended.lines));
            }
        };
        let result = serve(client);
        let ended = self.wait(process);
        match (result, ended) {
            (Ok(value), ended) => Ok((value, ended?)),
            (Err(error), Ok(ended)) => Err(explained(error, &ended.lines)),
            (Err(error), Err(_)) => Err(error),
        }
    }

    /// Runs the program as a server, with `127.0.0.1:0` as its first argument, until it prints `NAME listens on
    /// ADDRESS`. Then `visit` gets the running server. When it returns, the server is killed.
    ///
    /// # Errors
    /// Returns an error if the program does not listen in time, or `visit` fails. It then says what the program
    /// printed.
    pub fn run_as_server<T>(&self, arguments: &[&str], visit: impl FnOnce(&mut Server<'_>) -> Result<T>) -> Result<T> {
        let arguments = [&["127.0.0.1:0"], arguments].concat();
        let process = Process::start(&mut self.command(&arguments)?, b"")?;
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

    /// Connects to a server. A read that is not done when the check's time is over fails.
    ///
    /// # Errors
    /// Returns an error if nothing listens there.
    pub fn connect(&self, to: SocketAddr) -> Result<TcpStream> {
        let client = programs::connect(to).context("cannot connect to your server")?;
        client.set_read_timeout(Some(self.time_left().max(Duration::from_millis(1))))?;
        Ok(client)
    }

    /// Returns the command that runs the file: a compiled program, or Python with the file, or with the harness and the
    /// file as its first argument.
    fn command(&self, arguments: &[&str]) -> Result<Command> {
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
        command.env_remove("OPEN_SESAME_KEY").args(arguments);
        Ok(command)
    }

    /// Waits for a client, or returns `None` if the process ends first.
    fn accept(&self, listener: &TcpListener, process: &mut Process) -> Result<Option<TcpStream>> {
        // Nothing in std accepts with a time limit.
        listener.set_nonblocking(true)?;
        let mut has_ended = false;
        loop {
            match listener.accept() {
                Ok((client, _)) => {
                    client.set_nonblocking(false)?;
                    client.set_nodelay(true)?;
                    client.set_read_timeout(Some(self.time_left().max(Duration::from_millis(1))))?;
                    return Ok(Some(client));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
            if has_ended {
                return Ok(None);
            }
            ensure!(!self.time_left().is_zero(), "your program did not connect to the server within {TIME_LIMIT:?}");
            has_ended = process.status()?.is_some();
            thread::sleep(Duration::from_millis(2));
        }
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

/// A file for an exercise that runs as a server.
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

fn normalized(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect()
}

/// Puts an error into words for the learner, and adds what the program printed.
fn explained(error: Error, lines: &[Line]) -> Error {
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
    let last: String = last.iter().map(|line| format!("\n    {}", cli::escape(&line.bytes))).collect();
    format!("; it printed:{last}")
}
