//! One test binary; each module tests one behaviour.

mod no_python;
mod originals;
mod pairings;
mod shared;
mod speed;
