//! What programs have in common on the command line: addresses, output, exit status.

mod address;
mod output;

pub use address::{Address, Error};
pub use output::{escape, exit_code, say_to, show};
