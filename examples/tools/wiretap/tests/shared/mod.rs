//! The wiretap, started before a server, and what it printed.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use programs::Server;
use socket2::SockRef;

/// Longer than anything here takes.
pub(crate) const WAIT: Duration = Duration::from_secs(60);

pub(crate) fn wiretap() -> Command {
    Command::new(env!("CARGO_BIN_EXE_wiretap"))
}

/// Starts it on a free port, before this server.
pub(crate) fn tap(server: SocketAddr, options: &[&str]) -> Result<Server> {
    Server::from_command(wiretap().args(["--listen", "127.0.0.1:0", "--to", &server.to_string()]).args(options))
}

/// A connection through the tap: the client's end and the server's.
pub(crate) fn connect(tap: &Server, listener: &TcpListener) -> Result<(TcpStream, TcpStream)> {
    let client = TcpStream::connect(tap.address)?;
    let (server, _) = listener.accept()?;
    for stream in [&client, &server] {
        stream.set_read_timeout(Some(WAIT))?;
        stream.set_write_timeout(Some(WAIT))?;
    }
    Ok((client, server))
}

/// Resets the connection.
pub(crate) fn reset(stream: TcpStream) -> Result<()> {
    Ok(SockRef::from(&stream).set_linger(Some(Duration::ZERO))?)
}

/// A row, taken apart.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) connection: u64,
    /// What happened, without the time; or the bytes of a row of the dump.
    pub(crate) is: Is,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Is {
    Told(String),
    Dumped(Vec<u8>, String),
}

/// The rows of all connections.
pub(crate) fn rows(out: &[&str]) -> Result<Vec<Row>> {
    let rows = out.iter().filter_map(|line| line.split_once(" │ "));
    rows.map(|(connection, row)| {
        let is = match row.strip_prefix("  ").filter(|row| is_dump(row)) {
            Some(dump) => {
                let (hex, text) = dump.split_at_checked(48).unwrap_or((dump, ""));
                let bytes = hex.split_whitespace().map(|byte| u8::from_str_radix(byte, 16));
                Is::Dumped(bytes.collect::<Result<_, _>>()?, text.trim_start().to_owned())
            }
            None => {
                let told = row.split_once("s  ").map_or(row, |(_, told)| told);
                Is::Told(told.to_owned())
            }
        };
        Ok(Row { connection: connection.trim().parse()?, is })
    })
    .collect()
}

/// Whether it begins with a byte in hex: a time of 10 seconds or more begins in the same column.
fn is_dump(row: &str) -> bool {
    row.split(' ').next().is_some_and(|byte| byte.len() == 2)
}

/// What was told of a connection, without addresses.
pub(crate) fn told(out: &[&str], connection: u64) -> Result<Vec<String>> {
    let rows = rows(out)?.into_iter().filter(|row| row.connection == connection);
    Ok(rows
        .filter_map(|row| match row.is {
            Is::Told(told) if told.contains("seen by the server as") || told.starts_with("opened by") => None,
            Is::Told(told) => Some(told),
            Is::Dumped(..) => None,
        })
        .collect())
}

/// The bytes that were shown under what was told with `part` in it.
pub(crate) fn dumped(out: &[&str], connection: u64, part: &str) -> Result<Vec<u8>> {
    let (mut bytes, mut is_it) = (Vec::new(), false);
    for row in rows(out)?.into_iter().filter(|row| row.connection == connection) {
        match row.is {
            Is::Told(told) => is_it = told.contains(part),
            Is::Dumped(row, _) if is_it => bytes.extend(row),
            Is::Dumped(..) => {}
        }
    }
    Ok(bytes)
}

/// The text that was shown beside those bytes.
pub(crate) fn beside(out: &[&str], connection: u64, part: &str) -> Result<String> {
    let (mut texts, mut is_it) = (String::new(), false);
    for row in rows(out)?.into_iter().filter(|row| row.connection == connection) {
        match row.is {
            Is::Told(told) => is_it = told.contains(part),
            Is::Dumped(_, text) if is_it => texts.push_str(&text),
            Is::Dumped(..) => {}
        }
    }
    Ok(texts)
}

/// The last of what it printed.
pub(crate) fn last<'a>(out: &[&'a str]) -> Result<&'a str> {
    out.last().copied().context("it printed nothing")
}
