//! One test binary; each module tests one behaviour.

mod blocks;
mod commands;
mod links;
mod listings;
mod transcripts;
