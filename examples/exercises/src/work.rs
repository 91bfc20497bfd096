//! The learner's own files.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::exercise::Exercise;
use crate::lessons;
use crate::program::Source;

/// The folder in which the learner works: one file for each starter.
#[derive(Debug)]
pub struct Work {
    /// The folder.
    pub folder: PathBuf,
}

impl Work {
    /// Creates the folder, and copies each starter that is missing.
    ///
    /// # Errors
    /// Returns an error if a file cannot be read or written.
    pub fn open(folder: PathBuf) -> Result<Work> {
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let work = Work { folder };
        lessons::all().try_for_each(|exercise| work.copy_starters(exercise))?;
        Ok(work)
    }

    /// Returns the learner's files for an exercise.
    pub fn files(&self, exercise: &'static Exercise) -> Vec<Source> {
        let starters = exercise.files("starter").into_iter();
        let files = starters.map(|(kind, _)| Source {
            exercise,
            kind,
            path: self.folder.join(exercise.name).with_extension(kind.extension()),
        });
        files.collect()
    }

    /// Returns the learner's files for an exercise that differ from their starters.
    ///
    /// # Errors
    /// Returns an error if a file cannot be read.
    pub fn changed(&self, exercise: &'static Exercise) -> Result<Vec<Source>> {
        let mut changed = self.files(exercise);
        for (_, starter) in exercise.files("starter") {
            let starter_text = fs::read(&starter).with_context(|| format!("cannot read {}", starter.display()))?;
            changed.retain(|file| {
                file.path.extension() != starter.extension()
                    || fs::read(&file.path).is_ok_and(|text| text != starter_text)
            });
        }
        Ok(changed)
    }

    /// Counts a hint. Returns how many of this exercise the learner has asked for, this one included.
    ///
    /// # Errors
    /// Returns an error if the count cannot be written.
    pub fn count_hint(&self, exercise: &Exercise) -> Result<usize> {
        let file = self.hint_count(exercise);
        let count = fs::read_to_string(&file).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0) + 1;
        fs::write(&file, count.to_string()).with_context(|| format!("cannot write {}", file.display()))?;
        Ok(count)
    }

    /// Restores the starters of an exercise, and begins its hints again. Returns each changed file, and the name under
    /// which it is kept.
    ///
    /// # Errors
    /// Returns an error if a file cannot be renamed or written.
    pub fn reset(&self, exercise: &'static Exercise) -> Result<Vec<(PathBuf, PathBuf)>> {
        let mut kept = Vec::new();
        for Source { path, kind, .. } in self.changed(exercise)? {
            let numbered = |number: u32| path.with_extension(format!("{number}.{}", kind.extension()));
            let copy = (1..).map(numbered).find(|copy| !copy.exists()).context("there is no free name")?;
            fs::rename(&path, &copy).with_context(|| format!("cannot rename {}", path.display()))?;
            kept.push((path, copy));
        }
        self.copy_starters(exercise)?;
        let _ = fs::remove_file(self.hint_count(exercise));
        Ok(kept)
    }

    fn hint_count(&self, exercise: &Exercise) -> PathBuf {
        self.folder.join(format!(".{}.hints", exercise.name))
    }

    fn copy_starters(&self, exercise: &Exercise) -> Result<()> {
        for (kind, starter) in exercise.files("starter") {
            let copy = self.folder.join(exercise.name).with_extension(kind.extension());
            if !copy.exists() {
                fs::copy(&starter, &copy).with_context(|| format!("cannot write {}", copy.display()))?;
            }
        }
        Ok(())
    }
}
