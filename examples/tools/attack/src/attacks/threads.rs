use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::Outcome;
use crate::target::{MAX_READ, Server, Setup, TIMEOUT, Target};

/// More connections than the server has descriptors, whoever started it.
const DESCRIPTORS: u32 = 64;
const CROWD: usize = 100;
const CROWD_OF_THE_USER: usize = 1_200;

pub(super) fn crowd(target: &Target) -> Result<Vec<Outcome>> {
    let setup = Setup { options: &["--deadline", "1s"], descriptors: Some(DESCRIPTORS), ..Setup::default() };
    let server = target.start("threaded-server", &setup)?;
    let (size, patience) = match target.to {
        None => (CROWD, Duration::from_secs(5)),
        // With the usual limit of 1,024 descriptors, and a deadline of three seconds.
        Some(_) => (CROWD_OF_THE_USER, Duration::from_secs(12)),
    };
    rlimit::increase_nofile_limit(CROWD_OF_THE_USER as u64 + 100)?;
    ensure_served(&server)?;
    let (mut crowd, end) = (Vec::new(), Instant::now() + Duration::from_secs(10));
    // It ends early if the backlog stays full, or the server is gone.
    while crowd.len() < size && Instant::now() < end {
        match TcpStream::connect_timeout(&server.address, Duration::from_secs(2)) {
            Ok(stream) => crowd.push(stream),
            Err(_) => break,
        }
    }
    let is_served = ask(&server, b"hello", patience).is_ok_and(|reply| reply.ends_with(b"] hello"));
    drop(crowd);
    if target.to.is_some() {
        return Ok(vec![if is_served { Outcome::Stands("serves others") } else { Outcome::Falls("serves nobody") }]);
    }
    let serves_later = ask(&server, b"hello", patience).is_ok();
    let ended = server.end()?;
    let lines = ended.iter().flat_map(|ended| ended.err()).filter(|line| line.contains("Too many open files")).count();
    Ok(vec![match (is_served, serves_later) {
        (true, true) if lines == 1 => Outcome::Stands("waits and logs"),
        (true, _) => Outcome::Falls("logs without end"),
        (false, true) => Outcome::Falls("accepts nobody"),
        (false, false) => Outcome::Falls("server ends"),
    }])
}

/// Makes sure that this is threaded-server, and that it works.
fn ensure_served(server: &Server) -> Result<()> {
    let is_served = ask(server, b"hello", TIMEOUT)?.ends_with(b"] hello");
    ensure!(is_served, "{} sends no echo: this attack is for threaded-server", server.address);
    Ok(())
}

/// Sends a message as a legitimate client, and returns the reply.
fn ask(server: &Server, message: &[u8], patience: Duration) -> Result<Vec<u8>> {
    let mut stream = server.connect()?;
    stream.set_read_timeout(Some(patience))?;
    stream.write_all(message)?;
    let mut reply = Vec::new();
    stream.take(MAX_READ).read_to_end(&mut reply)?;
    Ok(reply)
}

pub(super) fn escape(target: &Target) -> Result<Vec<Outcome>> {
    let server = target.start("threaded-server", &Setup::default())?;
    ensure_served(&server)?;
    // Sets the title of the window, clears the line, and writes a line of the attacker's in red.
    let message = b"\x1b]0;owned\x07\x1b[2K\r\x1b[31mall your terminals are mine\x1b[0m";
    ask(&server, message, TIMEOUT)?;
    let Some(ended) = server.end()? else { return Ok(vec![Outcome::Look("at the terminal of the server")]) };
    let printed = ended.out().join("\n");
    let is_escaped = printed.contains("\\u{1b}") && !printed.contains('\x1b');
    Ok(vec![if is_escaped { Outcome::Stands("escaped") } else { Outcome::Falls("reaches terminal") }])
}
