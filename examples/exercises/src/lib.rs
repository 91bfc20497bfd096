//! Exercises for each lesson, which check themselves.
//!
//! An exercise is a folder `lesson-N/NAME` with a task, starters, solutions and cheats, and its checks in
//! [`lessons`]. The learner's file is always run as a process, compiled if it is Rust; a check talks to it and fails
//! with a message in plain words. So the same checks serve both languages.

pub mod exercise;
pub mod expect;
pub mod lessons;
pub mod package;
mod prediction;
pub mod program;
pub mod random;
pub mod report;
pub mod server;
pub mod work;
