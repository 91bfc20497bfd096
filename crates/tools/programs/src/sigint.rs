use std::sync::{Arc, Once};

use cli::is_ignored;
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
