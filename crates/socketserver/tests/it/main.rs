//! One test binary; each module tests one behaviour.

mod common;
mod crowd;
mod deadline;
mod last_words;
mod rude_ends;
mod shutdown;
mod twin;
