//! One test binary; each module tests one behaviour.

mod addresses;
mod allow;
mod common;
mod dependencies;
mod environments;
mod handshakes;
mod keys;
mod log_limit;
mod monitoring;
mod naive;
mod once;
mod pairings;
mod request_limits;
mod screen;
mod shortages;
mod signals;
mod stalled_peers;
mod terminal;
mod twins;
