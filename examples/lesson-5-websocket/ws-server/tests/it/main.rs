//! One test binary; each module tests one behaviour.

mod common;
mod encryption;
mod error_log;
mod frames;
mod handshake_table;
mod handshakes;
mod idle;
mod max_message;
mod origin;
mod pairings;
mod tokens;
mod two_ports;
