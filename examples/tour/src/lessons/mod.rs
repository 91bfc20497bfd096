//! The lessons in their order. A new one is a file here and a line in [`LESSONS`].

mod echo;
mod gate;
mod line;
mod threaded;

use anyhow::Result;

use crate::play::Play;

/// What a lesson is, and how it is played.
pub(crate) struct Lesson {
    pub(crate) title: &'static str,
    pub(crate) idea: &'static str,
    /// Server and client, by their names in `examples/`.
    pub(crate) programs: [&'static str; 2],
    /// Its page in `docs/`.
    pub(crate) page: &'static str,
    /// A command to try beside the two programs, and what it is.
    pub(crate) also_try: (&'static str, &'static str),
    pub(crate) play: fn(&mut Play) -> Result<()>,
}

pub(crate) const LESSONS: &[Lesson] = &[gate::LESSON, echo::LESSON, line::LESSON, threaded::LESSON];
