//! Builds and starts the programs of `examples/`, in Rust or in Python: for tests, and for the tools that play or
//! compare the lessons.
//!
//! A [`Process`] or a [`Server`] runs with pipes, a [`terminal::Terminal`] at a pseudo-terminal. Nothing here sleeps:
//! you wait for a line, for a screen, or for the end of the program. If that does not come within [`WAIT`], or the
//! program ends before it, the error shows what the program printed until then.
//!
//! All functions return an error if the operating system refuses what they need: a process, a port, a terminal. Only
//! other errors have a section of their own.

mod build;
mod cases;
mod output;
mod peer;
mod process;
mod sigint;
pub mod terminal;
mod venv;

use std::net::SocketAddr;
use std::time::Duration;

pub use build::{Language, build, build_all, command, folder, folders, python, python_for, root, target};
pub use cases::{at_once, both};
pub use output::{Line, Lines, Stream};
pub use peer::{ClosedPort, connect, connect_from, server_that, stay_silent};
pub use process::{Ended, Process, Server, run};
pub use rustix::process::Signal;
pub use venv::environment;

/// Time limit for a line, a screen or the end of a program. Generous: only a hang reaches it.
pub const WAIT: Duration = Duration::from_secs(60);

/// Returns the address in the line that a server prints once it listens: `NAME listens on ADDRESS`.
pub fn listening_address(line: &str) -> Option<SocketAddr> {
    let (_, address) = line.split_once(" listens on ")?;
    address.parse().ok()
}
