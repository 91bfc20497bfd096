//! One test binary; each module tests one behaviour.

mod capture;
mod forwarding;
mod shared;
mod start_and_end;
mod text;
mod tshark;
