//! One test binary; each module tests one behaviour.

mod addresses;
mod allow;
mod common;
mod environments;
mod monitoring;
mod no_key;
mod no_nonce;
mod request_limits;
mod requirements;
mod rude_handshakes;
mod same_options;
mod screen;
mod shortages;
mod signals;
mod stalled_peers;
mod terminal;
