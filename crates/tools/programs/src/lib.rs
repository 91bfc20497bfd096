//! Starts this workspace's programs, in Rust or in Python, for what plays, tests or compares them.
//!
//! Nothing here waits by the clock: a line that a program prints, or its end, is waited for, with a deadline after
//! which the wait is an error that tells what was printed so far.

mod build;
mod output;
mod peer;
mod process;
pub mod terminal;
mod venv;

pub use build::{Language, build, build_all, command, folder, folders, python, python_for, root};
pub use output::{Line, Lines, Stream};
pub use peer::{Unanswered, server_that};
pub use process::{Ended, Process, Server, run};
pub use rustix::process::Signal;
pub use venv::environment;
