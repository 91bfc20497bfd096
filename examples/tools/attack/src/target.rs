use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{ChildStdin, Command};
use std::time::Duration;

use anyhow::{Context, Result};
use auth::{Key, Nonce, Scheme};
use cli::say;
use programs::{Ended, Language, WAIT, listening_address};

use crate::attacks::Outcome;
use crate::started::Started;

/// Time limit for a connection, and for each read and write.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(5);
/// The most that an attack reads from a connection, in bytes.
pub(crate) const MAX_READ: u64 = 64 << 10;

/// The tutorial's keys.
pub(crate) const GATE_KEY: &str = "老衲洗头用飘柔";
pub(crate) const ECHO_KEY: &str = "芝麻开门";

/// The programs that an attack is against.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub(crate) is_naive: bool,
    /// Whether the naive programs of lesson 8 bind the response to the hash of the server's certificate.
    pub(crate) binds_certificate: bool,
    pub(crate) language: Language,
    /// The server that the user started. Otherwise attacks start their own.
    pub(crate) to: Option<SocketAddr>,
    /// Whether attacks tell what they find.
    pub(crate) is_verbose: bool,
}

/// How a server is started, where that is up to the attack.
#[derive(Default)]
pub(crate) struct Setup<'a> {
    /// Options for a robust server. A naive one has none.
    pub(crate) options: &'a [&'a str],
    /// The key of a robust program, instead of the tutorial's.
    pub(crate) key: Option<&'a str>,
    /// The maximum number of open files.
    pub(crate) descriptors: Option<u32>,
    /// Whether to attack the second port of ws-server, which asks for a token.
    pub(crate) asks_for_token: bool,
}

/// A server under attack.
pub(crate) struct Server {
    /// The address under attack.
    pub(crate) address: SocketAddr,
    /// Its process, unless the user started it.
    pub(crate) started: Option<Started>,
}

impl Target {
    /// Returns the naive programs in a language.
    pub(crate) const fn naive(language: Language) -> Target {
        Target { is_naive: true, binds_certificate: false, language, to: None, is_verbose: false }
    }

    /// Starts the server of a lesson, unless the user already has.
    pub(crate) fn start(&self, name: &str, setup: &Setup<'_>) -> Result<Server> {
        if let Some(address) = self.to {
            return Ok(Server { address, started: None });
        }
        let mut arguments = vec!["127.0.0.1:0"; 2];
        if !self.is_naive {
            arguments = vec!["--listen", "127.0.0.1:0"];
            arguments.extend(if name == "ws-server" { &["--listen-token", "127.0.0.1:0"][..] } else { &[] });
            arguments.extend(setup.options);
        }
        let mut command = self.command(name, setup.key)?;
        command.args(arguments).args(self.binding());
        if let Some(limit) = setup.descriptors {
            command = with_descriptors(limit, &command);
        }
        let (mut started, _) = Started::start(&mut command)?;
        let mut address = listening_address(&started.line(" listens on ", WAIT)?);
        if setup.asks_for_token {
            address = listening_address(&started.line(" listens on ", WAIT)?);
        }
        Ok(Server { address: address.context("the server does not say where it listens")?, started: Some(started) })
    }

    /// Starts the client of a lesson: a user who knows the key, and expects the server there.
    pub(crate) fn start_client(&self, name: &str, server: &str, key: Option<&str>) -> Result<(Started, ChildStdin)> {
        let arguments = if self.is_naive { vec![server] } else { vec!["--connect", server] };
        Started::start(self.command(name, key)?.args(arguments).args(self.binding()))
    }

    fn binding(&self) -> Option<&'static str> {
        self.binds_certificate.then_some("certificate")
    }

    fn command(&self, name: &str, key: Option<&str>) -> Result<Command> {
        let name = if self.is_naive { format!("naive-{name}") } else { name.to_owned() };
        let mut command = programs::command(&name, self.language)?;
        command.envs(key.map(|key| ("OPEN_SESAME_KEY", key)));
        Ok(command)
    }

    /// Returns what a robust program cannot prevent yet: it falls as the naive one does, and names the lesson that helps.
    pub(crate) fn falls(&self, why: &'static str, remedy: &'static str) -> Outcome {
        Outcome::Falls(if self.is_naive { why } else { remedy })
    }

    /// Tells what an attack found, if somebody watches it.
    pub(crate) fn tell(&self, what: &str) {
        if self.is_verbose {
            say!("  {what}");
        }
    }
}

/// Returns the same command in a shell that lowers the maximum number of open files first.
fn with_descriptors(limit: u32, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit -n {limit} && exec \"$0\" \"$@\"")]).arg(command.get_program());
    shell.args(command.get_args()).env("PYTHONUNBUFFERED", "1").env_remove("OPEN_SESAME_KEY");
    shell
}

impl Server {
    /// Connects as a client.
    pub(crate) fn connect(&self) -> Result<TcpStream> {
        let address = self.address;
        let stream = TcpStream::connect_timeout(&address, TIMEOUT)
            .with_context(|| format!("cannot connect to {address}; is the server running?"))?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    /// Connects and reads the nonce.
    pub(crate) fn connect_for_nonce(&self) -> Result<(TcpStream, Nonce)> {
        let mut stream = self.connect()?;
        let nonce = read_nonce(&mut stream)
            .with_context(|| format!("{} sends no nonce: this attack is for another lesson's server", self.address))?;
        Ok((stream, nonce))
    }

    /// Connects to echo-server and authenticates with the tutorial's key.
    pub(crate) fn connect_to_echo(&self) -> Result<TcpStream> {
        let (mut stream, nonce) = self.connect_for_nonce()?;
        stream.write_all(Scheme::Md5.response(&Key::new(ECHO_KEY)?, nonce).as_bytes())?;
        Ok(stream)
    }

    /// Whether the server printed this: if it was started here, for somebody else's is not read.
    pub(crate) fn logs(&mut self, part: &str) -> bool {
        self.started.as_mut().is_none_or(|started| started.line(part, TIMEOUT).is_ok())
    }

    /// Returns how much memory the server uses, in KiB, if it was started here.
    pub(crate) fn memory(&self) -> Result<Option<u64>> {
        let Some(started) = &self.started else { return Ok(None) };
        let pid = started.pid.as_raw_nonzero().to_string();
        let output = Command::new("ps").args(["-o", "rss=", "-p", &pid]).output().context("cannot run ps")?;
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(Some(text.trim().parse().with_context(|| format!("ps says {text:?} about the server"))?))
    }

    /// Kills the server if it was started here, and returns what it printed.
    pub(crate) fn end(self) -> Result<Option<Ended>> {
        self.started.map(Started::end).transpose()
    }
}

pub(crate) fn read_nonce(stream: &mut TcpStream) -> Result<Nonce> {
    let mut nonce = [0; Nonce::LEN];
    stream.read_exact(&mut nonce)?;
    Ok(Nonce::from(nonce))
}
