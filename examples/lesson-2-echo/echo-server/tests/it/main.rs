//! One test binary; each module tests one behaviour.

mod long_lines;
mod timestamps;
