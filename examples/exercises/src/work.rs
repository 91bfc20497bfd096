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
        for exercise in lessons::all() {
            for (kind, starter) in exercise.files("starter") {
                let copy = work.folder.join(exercise.name).with_extension(kind.extension());
                if !copy.exists() {
                    fs::copy(&starter, &copy).with_context(|| format!("cannot write {}", copy.display()))?;
                }
            }
        }
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
}
