//! Python's own `multiprocessing.connection`, for our programs to talk to.

use std::io::Write;
use std::process::Command;

use anyhow::{Context, Result};

use crate::KEY;

/// A listener for many clients, one after the other. It sends each message back.
const LISTENER: &str = r#"
import sys
from multiprocessing.connection import Listener
key, count = sys.argv[1].encode(), int(sys.argv[2])
with Listener(("127.0.0.1", 0), authkey=key) as listener:
    print("listener listens on %s:%d" % listener.address, flush=True)
    for _ in range(count):
        try:
            with listener.accept() as connection:
                print("accepted", flush=True)
                while True:
                    connection.send_bytes(connection.recv_bytes())
        except Exception as error:
            print(type(error).__name__, error, flush=True)
"#;

/// A client that connects as many times as it is told to, sends messages and compares what comes back.
const CLIENT: &str = r#"
import sys
from multiprocessing.connection import Client
key, count, host, port = sys.argv[1].encode(), int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
for _ in range(count):
    try:
        with Client((host, port), authkey=key) as connection:
            for message in [b"hello", b"", bytes(range(256)) * 256]:
                connection.send_bytes(message)
                assert connection.recv_bytes() == message
            print("accepted", flush=True)
    except Exception as error:
        print(type(error).__name__, error, flush=True)
"#;

/// Returns a command for a listener that serves this many clients.
pub(crate) fn listener(key: &str, count: usize) -> Command {
    let mut command = programs::python();
    command.args(["-c", LISTENER, key, &count.to_string()]);
    command
}

/// Returns a command for a client that connects this many times.
pub(crate) fn client(key: &str, count: usize, to: &str) -> Result<Command> {
    let (host, port) = to.split_once(':').context("an address")?;
    let mut command = programs::python();
    command.args(["-c", CLIENT, key, &count.to_string(), host, port]);
    Ok(command)
}

/// Returns whether the interpreter is Python 3.12 or later, which has the handshake of today.
pub(crate) fn is_current() -> Result<bool> {
    let output = programs::python().args(["-c", "import sys; print(sys.version_info >= (3, 12))"]).output()?;
    Ok(output.stdout.starts_with(b"True"))
}

/// Says that a test is not run.
pub(crate) fn not_run(test: &str) -> Result<()> {
    // Not with a macro, whose output tests capture.
    let line = format!("\nNOT RUN: {test}, because PYTHON is older than 3.12\n");
    Ok(std::io::stdout().write_all(line.as_bytes())?)
}

/// The key in these tests, and another.
pub(crate) const KEYS: [&str; 2] = [KEY, "another key, which is as long as it must be"];
