//! The programs by kind, a client for each server, and what the tests of all programs check.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use auth::{Key, Scheme};
use programs::{Language, Process, command};
pub use programs::{at_once, both, connect, connect_from};
use timestamp::LEN;

/// Servers for one client at a time.
pub const SEQUENTIAL: [&str; 2] = ["gate-server", "line-server"];
/// Servers for many clients at a time.
pub const THREADED: [&str; 2] = ["echo-server", "threaded-server"];
pub const SERVERS: [&str; 4] = [SEQUENTIAL[0], SEQUENTIAL[1], THREADED[0], THREADED[1]];
pub const CLIENTS: [&str; 4] = ["gate-client", "echo-client", "line-client", "threaded-client"];

/// Returns a command with a key of its own. (The tutorial's key would cause a warning.)
pub fn with_key(name: &str, language: Language, options: &[&str]) -> Result<Command> {
    let mut command = command(name, language)?;
    command.args(options).env("OPEN_SESAME_KEY", "a key for this test");
    Ok(command)
}

/// Runs a program that has to fail: with this status and these lines on standard error, and nothing on standard output.
pub fn fails(mut command: Command, status: i32, lines: &[&str]) -> Result<()> {
    let ended = Process::start(&mut command, b"hello\n")?.wait()?;
    // Rust adds the number of a system error, Python does not.
    let err: Vec<_> = ended.err().iter().map(|line| line.split(" (os error ").next().unwrap_or(line)).collect();
    ensure!(err == lines, "{command:?} printed {err:?}");
    ensure!(ended.status.code() == Some(status), "{command:?}: {}", ended.status);
    ensure!(ended.out().is_empty(), "{command:?} printed {:?}", ended.out());
    Ok(())
}

/// Returns the last line of a server that served this many clients, without any problem.
pub fn last_line(server: &str, served: usize) -> String {
    format!("{server} served {served}: {served} completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 0")
}

/// Connects, and does what a client of this server does. Returns the connection, which is still open.
pub fn served(server: &str, address: SocketAddr) -> Result<TcpStream> {
    is_served(server, connect(address)?)
}

/// Does what a client of this server does, and checks the reply.
pub fn is_served(server: &str, mut client: TcpStream) -> Result<TcpStream> {
    match server {
        "gate-server" => {
            auth::respond(&mut client, &Key::new("老衲洗头用飘柔")?, Scheme::Md5Hex)?;
            ensure!(client.read(&mut [0]).context("the end of the connection")? == 0, "the gate sent something");
        }
        "echo-server" => {
            auth::respond(&mut client, &Key::new("芝麻开门")?, Scheme::Md5)?;
            request(&mut client, b"hello")?;
        }
        _ => request(&mut client, b"hello\r\n")?,
    }
    Ok(client)
}

fn request(client: &mut TcpStream, message: &[u8]) -> Result<()> {
    client.write_all(message)?;
    let mut reply = vec![0; LEN + message.len()];
    client.read_exact(&mut reply)?;
    ensure!(reply.ends_with(message), "{}", reply.escape_ascii());
    Ok(())
}

/// Checks that a server closes a connection from this address without sending anything.
pub fn is_refused(from: &str, to: SocketAddr) -> Result<()> {
    ensure!(connect_from(from, to)?.read(&mut [0])? == 0, "{from} received something");
    Ok(())
}
