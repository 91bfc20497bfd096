//! One test binary; each module tests one behaviour.

mod once;
mod pairings;
mod wrong_key;
