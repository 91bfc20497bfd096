//! One test binary; each module tests one behaviour.

mod browser;
mod chromium;
mod errors;
