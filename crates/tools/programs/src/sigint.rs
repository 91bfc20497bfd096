use std::fs;
use std::sync::{Arc, Once};

use signal_hook::consts::SIGINT;

/// Lets the programs that are started from now on react to Ctrl-C, even if this process ignores it.
///
/// A shell starts the background commands of a script with SIGINT ignored, and their children inherit that. A signal
/// that has a handler gets its default action back in a child (execve(2)), so this process handles SIGINT by doing
/// nothing.
pub(crate) fn restore_in_children() {
    static RESTORE: Once = Once::new();
    RESTORE.call_once(|| {
        if is_ignored(SIGINT) {
            let _ = signal_hook::flag::register(SIGINT, Arc::default());
        }
    });
}

/// Whether this process ignores a signal, from proc(5). On other systems, only `unsafe` code could find that out.
fn is_ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask & (1 << (signal - 1)) != 0
}
