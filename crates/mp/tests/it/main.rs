//! One test binary; each module tests one behaviour.

mod golden;
mod handshake;
mod peer;
