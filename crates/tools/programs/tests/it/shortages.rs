//! Without descriptors or threads a server waits for better times: it does not end, does not spin, and says so once.

#![cfg(target_os = "linux")]

use crate::common;

use std::env::temp_dir;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::MetadataExt;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use common::{THREADED, served};
use programs::{Language, Server, command};
use rustix::process::geteuid;

/// Starts the server with at most this many open files.
fn with_descriptors(name: &str, limit: u32) -> Result<Server> {
    let program = command(name, Language::Rust)?;
    let script = format!("ulimit -n {limit} && exec \"$0\" --listen 127.0.0.1:0 --deadline 60s");
    Server::from_command(Command::new("sh").arg("-c").arg(script).arg(program.get_program()))
}

/// Starts the server where its user may start only 30 more threads. Root is exempt from that limit (getrlimit(2),
/// RLIMIT_NPROC), so as root the server runs as a user that has no other processes.
fn with_threads(name: &str) -> Result<Server> {
    let script = "threads=$(ps -L -u \"$(id -u)\" --no-headers | wc -l) && \
                  exec prlimit --nproc=$((threads + 30)): \"$0\" --listen 127.0.0.1:0 --deadline 60s";
    let program = command(name, Language::Rust)?;
    if !geteuid().is_root() {
        return Server::from_command(Command::new("sh").args(["-c", script]).arg(program.get_program()));
    }
    // That user may not be able to read the folder of the workspace.
    static COPIES: AtomicU32 = AtomicU32::new(0);
    let number = COPIES.fetch_add(1, Relaxed);
    let copy = temp_dir().join(format!("open-sesame-{}-{number}-{name}", std::process::id()));
    std::fs::copy(program.get_program(), &copy)?;
    let user = (60_000 + std::process::id() % 1_000 + number).to_string();
    let mut setpriv = Command::new("setpriv");
    setpriv.args(["--reuid", &user, "--regid", &user, "--clear-groups", "sh", "-c", script]).arg(&copy);
    let server = Server::from_command(setpriv.current_dir("/"));
    std::fs::remove_file(copy)?;
    server
}

/// Raises the limit on threads to its maximum, as the process's own user: another one might not be allowed to.
fn lift_thread_limit(process: u32) -> Result<()> {
    let user = std::fs::metadata(format!("/proc/{process}"))?.uid().to_string();
    let script = "prlimit --pid $0 --nproc=$(prlimit --pid $0 --nproc --noheadings --output HARD):";
    let mut command = Command::new(if geteuid().is_root() { "setpriv" } else { "sh" });
    if geteuid().is_root() {
        command.args(["--reuid", &user, "--regid", &user, "--clear-groups", "sh"]);
    }
    let status = command.args(["-c", script, &process.to_string()]).current_dir("/").status()?;
    ensure!(status.success(), "prlimit: {status}");
    Ok(())
}

/// Processor time that the process has used, in seconds (proc(5), fields 14 and 15 of stat; 100 ticks a second).
fn cpu_seconds(process: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let fields: Vec<_> = stat.rsplit(')').next().context("a name")?.split_whitespace().collect();
    Ok((fields[11].parse::<f64>()? + fields[12].parse::<f64>()?) / 100.0)
}

fn goes_on(mut server: Server, name: &str, clients: usize, told: &str) -> Result<()> {
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
        goes_on(with_descriptors(name, 64)?, name, 200, "cannot accept connections: Too many open files")?;
    }
    Ok(())
}

#[test]
fn out_of_threads() -> Result<()> {
    for name in THREADED {
        goes_on(with_threads(name)?, name, 100, "cannot start a thread: ")?;
    }
    Ok(())
}

#[test]
fn threads_that_are_back_are_taken_though_nobody_leaves() -> Result<()> {
    let mut server = with_threads("threaded-server")?;
    let crowd = (0..100).map(|_| TcpStream::connect(server.address)).collect::<Result<Vec<_>, _>>()?;
    server.line("cannot start a thread: ")?;
    lift_thread_limit(server.process.id())?;
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
    let server = with_descriptors("threaded-server", 64)?;
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
