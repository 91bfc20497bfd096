//! Without file descriptors or threads, a server does not end, uses no CPU time, warns once, and recovers.

#![cfg(target_os = "linux")]

use std::env::temp_dir;
use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::MetadataExt;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use programs::{Language, Server, command};
use rustix::process::geteuid;

use crate::common::{THREADED, at_once, is_served, served};

const OPTIONS: [&str; 4] = ["--listen", "127.0.0.1:0", "--deadline", "60s"];

/// Starts a server that may open at most 64 files.
fn short_of_descriptors(name: &str) -> Result<Server> {
    let program = command(name, Language::Rust)?;
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -n 64 && exec \"$@\"", "sh"]).arg(program.get_program()).args(OPTIONS);
    Server::from_command(&mut shell)
}

/// Starts a server, lets it serve a client, and then lets it start no more threads.
fn short_of_threads(name: &str) -> Result<Server> {
    let program = command(name, Language::Rust)?;
    if !geteuid().is_root() {
        return limit_threads(Server::from_command(Command::new(program.get_program()).args(OPTIONS))?, name);
    }
    // Root is exempt from that limit (getrlimit(2), RLIMIT_NPROC). Another user may not be able to read this workspace.
    static COPIES: AtomicU32 = AtomicU32::new(0);
    let number = COPIES.fetch_add(1, Relaxed);
    let copy = temp_dir().join(format!("open-sesame-{}-{number}-{name}", std::process::id()));
    fs::copy(program.get_program(), &copy)?;
    let user = 60_000 + std::process::id() % 1_000 + number;
    let server = Server::from_command(as_user(user).arg(&copy).args(OPTIONS));
    fs::remove_file(copy)?;
    limit_threads(server?, name)
}

fn limit_threads(server: Server, name: &str) -> Result<Server> {
    served(name, server.address)?;
    set_thread_limit(&server, "1")?;
    Ok(server)
}

/// Sets the soft limit on the threads of the server's user. That user has to do it: root may lack the capability.
fn set_thread_limit(server: &Server, limit: &str) -> Result<()> {
    let process = server.process.id().to_string();
    let user = fs::metadata(format!("/proc/{process}"))?.uid();
    let mut command = if geteuid().is_root() { as_user(user) } else { Command::new("env") };
    let status = command.args(["prlimit", "--pid", &process, &format!("--nproc={limit}:")]).status()?;
    ensure!(status.success(), "prlimit: {status}");
    Ok(())
}

fn as_user(user: u32) -> Command {
    let mut setpriv = Command::new("setpriv");
    let user = user.to_string();
    setpriv.args(["--reuid", &user, "--regid", &user, "--clear-groups", "--"]).current_dir("/");
    setpriv
}

/// Returns the CPU time that the process has used, in seconds (proc(5), fields 14 and 15 of stat; 100 ticks a second).
fn cpu_seconds(process: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let fields: Vec<_> = stat.rsplit(')').next().context("a name")?.split_whitespace().collect();
    Ok((fields[11].parse::<f64>()? + fields[12].parse::<f64>()?) / 100.0)
}

fn connect_many(server: &Server, count: usize) -> Result<Vec<TcpStream>> {
    Ok((0..count).map(|_| TcpStream::connect(server.address)).collect::<Result<_, _>>()?)
}

#[test]
fn the_server_waits_warns_once_and_recovers() -> Result<()> {
    type Start = fn(&str) -> Result<Server>;
    let shortages: [(Start, usize, &str); 2] = [
        (short_of_descriptors, 100, "cannot accept connections: Too many open files"),
        (short_of_threads, 20, "cannot start a thread: "),
    ];
    let cases = shortages.into_iter().flat_map(|shortage| THREADED.map(|name| (shortage, name)));
    at_once(cases, |((start, clients, warning), name)| {
        let mut server = start(name)?;
        let mut clients = connect_many(&server, clients)?;
        let last = clients.pop().context("no client")?;
        server.line(warning)?;

        // There is no event to wait for: nothing may happen in this time.
        let before = cpu_seconds(server.process.id())?;
        thread::sleep(Duration::from_millis(500));
        let used = cpu_seconds(server.process.id())? - before;
        assert!(used < 0.1, "{name}: {used} s of half a second ({warning})");

        // The last one still waits in the backlog.
        drop(clients);
        is_served(name, last)?;
        served(name, server.address)?;
        let ended = server.stop()?;
        let warnings = ended.err().into_iter().filter(|line| line.contains(warning)).count();
        assert_eq!(warnings, 1, "{name}: {:?}", ended.err());
        Ok(())
    })
}

#[test]
fn the_server_uses_new_threads_although_no_client_leaves() -> Result<()> {
    let mut server = short_of_threads("threaded-server")?;
    let clients = connect_many(&server, 20)?;
    server.line("cannot start a thread: ")?;
    set_thread_limit(&server, "1000")?;
    let start = Instant::now();
    served("threaded-server", server.address)?;
    // If the server did not try again, only the deadline of the other clients would help.
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    drop(clients);
    server.stop()?;
    Ok(())
}
