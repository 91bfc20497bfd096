//! One test binary; each module tests one behaviour.

mod allow;
mod deadline;
mod drain;
mod failures;
mod limits;
mod nodelay;
mod server;
mod shutdown;
mod twin;
