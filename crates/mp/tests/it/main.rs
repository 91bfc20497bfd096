//! One test binary; each module tests one behaviour.
#![allow(clippy::expect_used, reason = "a test may panic, and so may its helpers")]

mod golden;
mod handshake;
mod peer;
