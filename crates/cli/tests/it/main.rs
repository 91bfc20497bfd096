//! One test binary; each module tests one behaviour.

mod address_errors;
mod address_forms;
mod address_sockets;
mod durations;
mod escape;
