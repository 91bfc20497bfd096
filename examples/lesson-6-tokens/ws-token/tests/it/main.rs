//! One test binary; each module tests one behaviour.

mod addresses;
mod minted;
mod short_key;
