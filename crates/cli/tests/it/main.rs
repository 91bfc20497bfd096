//! One test binary; each module tests one behaviour.

mod address;
mod durations;
mod escape;
mod line_limit;
