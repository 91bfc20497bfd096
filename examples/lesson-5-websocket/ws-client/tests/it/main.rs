//! One test binary; each module tests one behaviour.

mod browser;
mod certificates;
mod chromium;
mod errors;
