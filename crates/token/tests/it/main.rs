//! One test binary; each module tests one behaviour.

mod cases;
