//! What the exercises promise, and what a learner sees.

mod close_codes;
mod exercises_hold;
mod learner;
mod page;
