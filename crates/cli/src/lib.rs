//! The command line that programs have in common: addresses, durations, output, exit status.

mod address;
mod duration;
mod line_limit;
mod output;
mod signal;

pub use address::{Address, AddressError};
pub use duration::nonzero_duration;
pub use line_limit::LineLimit;
pub use output::{escape, exit_code, say_to, show};
pub use signal::is_ignored;
