//! The programs by kind, a good client of each server, and how one fails.

#![allow(dead_code, reason = "each test uses its part")]

use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use auth::{Key, Scheme};
use programs::{Language, Process};
use socket2::{Domain, Socket, Type};

/// Longer than anything here takes when all is well.
pub const LONG: Duration = Duration::from_secs(60);

/// One client at a time.
pub const SEQUENTIAL: [&str; 2] = ["gate-server", "line-server"];
/// Many at a time.
pub const THREADED: [&str; 2] = ["echo-server", "threaded-server"];

/// All of them.
pub const CLIENTS: [&str; 4] = ["gate-client", "echo-client", "line-client", "threaded-client"];

/// Each of the programs in both languages.
pub fn both<'a>(programs: &[&'a str]) -> impl Iterator<Item = (&'a str, Language)> + Clone {
    programs.iter().copied().flat_map(|program| Language::ALL.map(|language| (program, language)))
}

/// Runs a program that is to fail: with this status, these lines on standard error, and nothing on standard output.
pub fn failed(command: &mut Command, status: i32, says: &[&str]) -> Result<()> {
    let ended = Process::start(command, b"hello\n")?.wait()?;
    ensure!(ended.err() == says, "{command:?} said {:?}", ended.err());
    ensure!(ended.status.code() == Some(status), "{command:?}: {}", ended.status);
    ensure!(ended.out() == [""; 0], "{command:?} said {:?}", ended.out());
    Ok(())
}

/// How a language words an error of the operating system: only Rust adds its number, as in `(os error 2)`.
pub fn system_error(text: &str, language: Language) -> String {
    match (language, text.split_once(" (os error ")) {
        (Language::Python, Some((reason, _))) => reason.to_owned(),
        _ => text.to_owned(),
    }
}

/// What a good client of the server does, with its answer looked at; returns the open connection.
pub fn served(server: &str, address: SocketAddr) -> Result<TcpStream> {
    let mut client = TcpStream::connect(address)?;
    client.set_read_timeout(Some(LONG))?;
    match server {
        "gate-server" => {
            auth::respond(&mut client, &Key::new("老衲洗头用飘柔")?, Scheme::Md5Hex)?;
            let end = client.read(&mut [0]).context("the gate's end")?;
            ensure!(end == 0, "the gate said something");
        }
        "echo-server" => {
            auth::respond(&mut client, &Key::new("芝麻开门")?, Scheme::Md5)?;
            ask(&mut client, b"hello")?;
        }
        _ => ask(&mut client, b"hello\r\n")?,
    }
    Ok(client)
}

/// A connection from this address of this machine.
pub fn connect_from(from: &str, to: SocketAddr) -> Result<TcpStream> {
    let socket = Socket::new(Domain::for_address(to), Type::STREAM, None)?;
    socket.bind(&SocketAddr::new(from.parse::<IpAddr>()?, 0).into())?;
    socket.connect(&to.into())?;
    let client = TcpStream::from(socket);
    client.set_read_timeout(Some(LONG))?;
    Ok(client)
}

fn ask(client: &mut TcpStream, message: &[u8]) -> Result<()> {
    client.write_all(message)?;
    let mut answer = vec![0; b"[Thu May 10 22:00:19 2018] ".len() + message.len()];
    client.read_exact(&mut answer)?;
    ensure!(answer.ends_with(message), "{}", answer.escape_ascii());
    Ok(())
}
