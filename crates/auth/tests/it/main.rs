//! One test binary; each module tests one behaviour.
#![allow(clippy::expect_used, reason = "a test may panic, and so may its helpers")]

mod any_fragmentation;
mod any_other_bytes;
mod errors;
mod golden;
mod key_limits;
mod mutual;
mod mutual_search;
mod nonces;
mod peer;
mod vectors;
