//! The machine on which the figures were measured, without its name: figures may be published.

use std::env;
use std::process::Command;
use std::thread;

use serde::Serialize;
use sysinfo::{CpuRefreshKind, RefreshKind, System};

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
    let system = System::new_with_specifics(RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing()));
    let cpu = system.cpus().first().map(|cpu| cpu.brand().trim().to_owned()).filter(|brand| !brand.is_empty());
    // The rest of the version may name whoever built the kernel.
    let kernel = System::kernel_version().and_then(|version| version.split('-').next().map(str::to_owned));
    let names = [System::long_os_version(), kernel.map(|version| format!("kernel {version}"))];
    let rustc = Command::new(env::var_os("RUSTC").unwrap_or("rustc".into())).arg("--version").output();
    let rust = rustc.ok().map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    Machine {
        cpu: cpu.unwrap_or_else(unknown),
        cores: thread::available_parallelism().map_or(0, usize::from),
        system: names.into_iter().flatten().collect::<Vec<_>>().join(", "),
        rust: rust.unwrap_or_else(unknown),
        python: crate::python::version().unwrap_or_else(|_| "no Python".to_owned()),
        profile: if cfg!(debug_assertions) { "debug" } else { "release" },
    }
}
