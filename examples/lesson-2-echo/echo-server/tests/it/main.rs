//! One test binary; each module tests one behaviour.

mod long_lines;
mod pairings;
mod stamps;
mod wrong_key;
