//! What an exercise is made of.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::program::Program;

/// A promise that a solution keeps, in plain words, and the function that finds out whether a program keeps it. Every
/// check of an exercise fails for its starters.
pub type Check = (&'static str, fn(&Program) -> Result<()>);

/// An exercise: its folder is `examples/exercises/lesson-LESSON/NAME`.
#[derive(Debug)]
pub struct Exercise {
    /// The number of its lesson.
    pub lesson: usize,
    /// Its name, which is also the name of the learner's file.
    pub name: &'static str,
    /// What a solution does.
    pub checks: &'static [Check],
}

/// What the learner's file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A program, or with a harness a module, in Rust.
    Rust,
    /// A program, or with a harness a module, in Python.
    Python,
    /// A list of predictions, one `label: value` per line.
    Text,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 3] = [Kind::Rust, Kind::Python, Kind::Text];

    /// Returns the extension of such a file.
    pub fn extension(self) -> &'static str {
        match self {
            Kind::Rust => "rs",
            Kind::Python => "py",
            Kind::Text => "txt",
        }
    }
}

/// The text of `task.md`, in its parts.
#[derive(Debug)]
pub struct Task {
    /// The first line.
    pub title: String,
    /// How long it takes.
    pub minutes: u32,
    /// The list under the title and the task, as the learner reads them.
    pub text: String,
    /// From vague to clear.
    pub hints: Vec<String>,
    /// What the learner reads after the solution.
    pub explanation: String,
}

impl Exercise {
    /// Returns the folder of the exercise.
    pub fn folder(&self) -> PathBuf {
        folder().join(format!("lesson-{}", self.lesson)).join(self.name)
    }

    /// Returns the file with this stem, such as `starter`, for each kind that has one.
    pub fn files(&self, stem: &str) -> Vec<(Kind, PathBuf)> {
        let files = Kind::ALL.map(|kind| (kind, self.folder().join(stem).with_extension(kind.extension())));
        files.into_iter().filter(|(_, file)| file.exists()).collect()
    }

    /// Reads `task.md`.
    ///
    /// # Errors
    /// Returns an error if the file or one of its parts is missing.
    pub fn task(&self) -> Result<Task> {
        let path = self.folder().join("task.md");
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        parse(&text).with_context(|| format!("{} has no", path.display()))
    }
}

/// Returns the folder of this package.
pub fn folder() -> PathBuf {
    programs::root().join("examples").join("exercises")
}

fn parse(text: &str) -> Result<Task> {
    let (text, explanation) = text.split_once("\n## Explanation\n").context("`## Explanation`")?;
    let (text, hints) = text.split_once("\n## Hints\n").context("`## Hints`")?;
    let (title, text) = text.split_once('\n').context("task")?;
    let minutes = text.lines().find_map(|line| line.strip_prefix("- Time: ")?.strip_suffix(" minutes"));
    Ok(Task {
        title: title.strip_prefix("# ").context("`# Title`")?.to_owned(),
        minutes: minutes.and_then(|minutes| minutes.parse().ok()).context("`- Time: N minutes`")?,
        text: text.trim_matches('\n').to_owned(),
        hints: numbered(hints),
        explanation: explanation.trim_matches('\n').to_owned(),
    })
}

/// Returns the items of a numbered list.
fn numbered(list: &str) -> Vec<String> {
    let mut items = Vec::<String>::new();
    for line in list.trim().lines() {
        match (line.split_once(". "), items.last_mut()) {
            (Some((number, text)), _) if number.parse::<u32>().is_ok() => items.push(text.to_owned()),
            (_, Some(item)) => *item = format!("{item}\n{}", line.trim_start_matches("   ")),
            (_, None) => {}
        }
    }
    items
}
