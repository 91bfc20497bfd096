use std::fs;

/// Whether this process ignores a signal, from proc(5). On other systems than Linux, only `unsafe` code could find out;
/// there, the result is false.
pub fn is_ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
    mask.unwrap_or(0) & (1 << (signal - 1)) != 0
}
