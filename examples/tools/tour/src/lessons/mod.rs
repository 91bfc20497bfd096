//! The lessons in their order. A new one is a file here and a line in [`LESSONS`].

mod echo;
mod gate;
mod line;
mod threaded;
mod token;
mod websocket;

use anyhow::Result;

use crate::play::Play;

/// What a lesson is, and how it is played.
pub(crate) struct Lesson {
    pub(crate) title: &'static str,
    pub(crate) idea: &'static str,
    /// Server, client and what else it needs, by their names in `examples/`.
    pub(crate) programs: &'static [&'static str],
    /// Its page in `docs/`.
    pub(crate) page: &'static str,
    /// The two commands to run, and what to try beside them; each with a word on what it is.
    pub(crate) commands: &'static [(&'static str, &'static str)],
    pub(crate) play: fn(&mut Play) -> Result<()>,
}

pub(crate) const LESSONS: &[Lesson] =
    &[gate::LESSON, echo::LESSON, line::LESSON, threaded::LESSON, websocket::LESSON, token::LESSON];
