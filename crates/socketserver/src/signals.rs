use std::fs;
use std::io;

use signal_hook::consts::{SIGINT, SIGTERM, SIGUSR1};
use signal_hook::iterator::Signals;

/// Starts to collect Ctrl-C, SIGTERM and SIGUSR1. One that the process was started to ignore stays ignored, as in
/// Python: a shell starts the background commands of a script (`&`) with SIGINT ignored.
pub(crate) fn collect_signals() -> io::Result<Signals> {
    Signals::new([SIGINT, SIGTERM, SIGUSR1].into_iter().filter(|signal| !is_ignored(*signal)))
}

/// Whether this process ignores a signal, from proc(5). On other systems than Linux, only `unsafe` code could find out;
/// there, the answer is no.
fn is_ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
    mask.unwrap_or(0) & (1 << (signal - 1)) != 0
}
