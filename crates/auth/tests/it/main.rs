//! One test binary; each module tests one behaviour.

mod any_fragmentation;
mod any_other_bytes;
mod errors;
mod key_limits;
mod nonces;
mod peer;
mod vectors;
