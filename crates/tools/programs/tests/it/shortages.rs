//! Without descriptors or threads a server waits for better times: it does not end, does not spin, and says so once.

#![cfg(target_os = "linux")]

use crate::common;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use common::{THREADED, served};
use programs::{Language, Server, command};
use rustix::process::{Pid, Resource, Rlimit, prlimit};

/// The server under a limit of the shell's.
fn limited(name: &str, ulimit: &str) -> Result<Server> {
    let program = command(name, Language::Rust)?;
    let script = format!("ulimit {ulimit} && exec \"$0\" --listen 127.0.0.1:0 --deadline 60s");
    Server::from_command(Command::new("sh").arg("-c").arg(script).arg(program.get_program()))
}

/// Processor time that the process has used, in seconds (proc(5), fields 14 and 15 of stat; 100 ticks a second).
fn cpu_seconds(process: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let fields: Vec<_> = stat.rsplit(')').next().context("a name")?.split_whitespace().collect();
    Ok((fields[11].parse::<f64>()? + fields[12].parse::<f64>()?) / 100.0)
}

fn goes_on(name: &str, ulimit: &str, clients: usize, told: &str) -> Result<()> {
    let mut server = limited(name, ulimit)?;
    served(name, server.address)?;
    let crowd = (0..clients).map(|_| TcpStream::connect(server.address)).collect::<Result<Vec<_>, _>>()?;
    server.line(told)?;

    // It is now to do nothing, for a second.
    let before = cpu_seconds(server.process.id())?;
    std::thread::sleep(Duration::from_secs(1));
    let used = cpu_seconds(server.process.id())? - before;
    assert!(used < 0.2, "{name}: {used} s of a second");

    drop(crowd);
    served(name, server.address)?;
    let ended = server.stop()?;
    let said = ended.err().into_iter().filter(|line| line.contains(told)).count();
    assert_eq!(said, 1, "{name}: {:?}", ended.err());
    Ok(())
}

#[test]
fn out_of_descriptors() -> Result<()> {
    for name in THREADED {
        goes_on(name, "-n 64", 200, "cannot accept connections: Too many open files")?;
    }
    Ok(())
}

#[test]
fn out_of_threads() -> Result<()> {
    for name in THREADED {
        // Of address space, a thread takes its stack: there is room for some, not for hundreds.
        goes_on(name, "-v 60000", 400, "cannot start a thread: ")?;
    }
    Ok(())
}

#[test]
fn threads_that_are_back_are_taken_though_nobody_leaves() -> Result<()> {
    let mut server = limited("threaded-server", "-S -v 60000")?;
    let crowd = (0..400).map(|_| TcpStream::connect(server.address)).collect::<Result<Vec<_>, _>>()?;
    server.line("cannot start a thread: ")?;
    let id = Pid::from_raw(server.process.id().cast_signed());
    prlimit(id, Resource::As, Rlimit { current: None, maximum: None })?;
    let start = Instant::now();
    served("threaded-server", server.address)?;
    // Without another try for a thread, it would be the deadline of the crowd that helps.
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    drop(crowd);
    server.stop()?;
    Ok(())
}

#[test]
fn a_client_in_the_crowd_is_served_once_there_is_room() -> Result<()> {
    let server = limited("threaded-server", "-n 64")?;
    let mut crowd = (0..100).map(|_| TcpStream::connect(server.address)).collect::<Result<Vec<_>, _>>()?;
    let last = crowd.pop();
    for mut client in crowd {
        client.write_all(b"done")?;
    }
    let mut last = last.context("a hundred clients")?;
    last.write_all(b"and I")?;
    let mut answer = String::new();
    last.read_to_string(&mut answer)?;
    assert!(answer.ends_with("] and I"), "{answer}");
    server.stop()?;
    Ok(())
}
