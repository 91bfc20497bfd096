//! One test binary; each module tests one behaviour.

mod deadline;
mod replies;
