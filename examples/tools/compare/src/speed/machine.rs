//! The machine on which the figures were measured, without its name: figures may be published.

use std::process::Command;
use std::thread;
use std::{env, fs};

use serde::Serialize;

#[derive(Debug, Serialize)]
pub(super) struct Machine {
    pub(super) cpu: String,
    /// The number of processors that a program may use.
    pub(super) cores: usize,
    pub(super) system: String,
    pub(super) rust: String,
    pub(super) python: String,
    /// How our servers were built.
    pub(super) profile: &'static str,
}

pub(super) fn this_one() -> Machine {
    let unknown = || "unknown".to_owned();
    // Linux has the name in a file, macOS in a variable of the kernel.
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cpu = cpu.map(|(_, name)| name.to_owned()).or_else(|| output_of("sysctl", &["-n", "machdep.cpu.brand_string"]));
    // The rest of the version may name whoever built the kernel.
    let system = output_of("uname", &["-sr"]).and_then(|system| system.split('-').next().map(str::to_owned));
    let rust = env::var("RUSTC").unwrap_or("rustc".to_owned());
    Machine {
        cpu: cpu.unwrap_or_else(unknown),
        cores: thread::available_parallelism().map_or(0, usize::from),
        system: system.unwrap_or_else(unknown),
        rust: output_of(&rust, &["--version"]).unwrap_or_else(unknown),
        python: crate::python::version().unwrap_or_else(|_| "no Python".to_owned()),
        profile: if cfg!(debug_assertions) { "debug" } else { "release" },
    }
}

/// Returns what a program prints, if it can be run and succeeds.
pub(super) fn output_of(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
