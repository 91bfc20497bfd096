//! A wiretap in front of a server, and what it prints.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use programs::{Server, WAIT};
use socket2::SockRef;

pub(crate) fn wiretap() -> Command {
    Command::new(env!("CARGO_BIN_EXE_wiretap"))
}

/// Starts a wiretap on a free port, in front of this server.
pub(crate) fn start(server: SocketAddr, options: &[&str]) -> Result<Server> {
    Server::from_command(wiretap().args(["--listen", "127.0.0.1:0", "--to", &server.to_string()]).args(options))
}

/// A wiretap in front of a listener.
pub(crate) struct Tapped {
    pub(crate) wiretap: Server,
    pub(crate) listener: TcpListener,
}

impl Tapped {
    pub(crate) fn start(options: &[&str]) -> Result<Tapped> {
        Tapped::before(TcpListener::bind("127.0.0.1:0")?, options)
    }

    pub(crate) fn before(listener: TcpListener, options: &[&str]) -> Result<Tapped> {
        Ok(Tapped { wiretap: start(listener.local_addr()?, options)?, listener })
    }

    /// Opens a connection through the wiretap. Returns the client's end and the server's.
    pub(crate) fn connect(&self) -> Result<(TcpStream, TcpStream)> {
        let client = TcpStream::connect(self.wiretap.address)?;
        let (server, _) = self.listener.accept()?;
        for stream in [&client, &server] {
            stream.set_read_timeout(Some(WAIT))?;
            stream.set_write_timeout(Some(WAIT))?;
        }
        Ok((client, server))
    }

    /// Waits until a connection is closed.
    pub(crate) fn wait_until_closed(&mut self) -> Result<()> {
        self.wiretap.line("s  closed").map(drop)
    }

    /// Stops the wiretap.
    pub(crate) fn stop(self) -> Result<Printed> {
        Printed::new(self.wiretap)
    }
}

/// Resets the connection.
pub(crate) fn reset(stream: TcpStream) -> Result<()> {
    Ok(SockRef::from(&stream).set_linger(Some(Duration::ZERO))?)
}

/// Returns the path of a file in a folder for tests.
pub(crate) fn path(name: &str) -> Result<String> {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    path.into_os_string().into_string().ok().context("a path in UTF-8")
}

/// What a wiretap has printed.
#[derive(Debug)]
pub(crate) struct Printed {
    pub(crate) lines: Vec<String>,
    fields: Vec<Field>,
}

/// A description with the rows below it.
#[derive(Debug)]
struct Field {
    connection: u64,
    /// Without the time.
    description: String,
    bytes: Vec<u8>,
    /// The text of all rows.
    text: String,
}

impl Printed {
    /// Stops the wiretap.
    pub(crate) fn new(wiretap: Server) -> Result<Printed> {
        let ended = wiretap.stop()?;
        ensure!(ended.err().is_empty(), "{ended:?}");
        let lines: Vec<String> = ended.out().into_iter().map(str::to_owned).collect();
        let mut fields: Vec<Field> = Vec::new();
        for (connection, row) in lines.iter().filter_map(|line| line.split_once(" │ ")) {
            let connection = connection.trim().parse()?;
            match row.strip_prefix("  ").filter(|row| starts_with_a_byte(row)) {
                Some(row) => {
                    let field = fields.last_mut().context("bytes without a description")?;
                    let (hex, text) = row.split_at_checked(48).unwrap_or((row, ""));
                    for byte in hex.split_whitespace() {
                        field.bytes.push(u8::from_str_radix(byte, 16)?);
                    }
                    field.text.push_str(text.trim_start());
                }
                None => {
                    let description =
                        row.split_once("s  ").map_or(row.trim_start(), |(_, description)| description).to_owned();
                    fields.push(Field { connection, description, bytes: Vec::new(), text: String::new() });
                }
            }
        }
        Ok(Printed { lines, fields })
    }

    /// Returns the fields of this connection whose descriptions contain `part`.
    fn fields(&self, connection: u64, part: &str) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |field| field.connection == connection && field.description.contains(part))
    }

    /// Returns the descriptions of these fields.
    pub(crate) fn descriptions(&self, connection: u64, part: &str) -> Vec<&str> {
        self.fields(connection, part).map(|field| &field.description[..]).collect()
    }

    /// Returns the bytes of these fields.
    pub(crate) fn bytes(&self, connection: u64, part: &str) -> Vec<u8> {
        self.fields(connection, part).flat_map(|field| field.bytes.clone()).collect()
    }

    /// Returns the text of these fields.
    pub(crate) fn text(&self, connection: u64, part: &str) -> String {
        self.fields(connection, part).map(|field| &field.text[..]).collect()
    }

    pub(crate) fn last(&self) -> &str {
        self.lines.last().map_or("", String::as_str)
    }
}

/// A time of 10 seconds or more begins in the same column.
fn starts_with_a_byte(row: &str) -> bool {
    row.split(' ').next().is_some_and(|byte| byte.len() == 2)
}
