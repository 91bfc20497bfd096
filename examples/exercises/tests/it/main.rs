//! What the exercises promise, and what a learner sees.

mod exercises_hold;
mod learner;
mod page;
