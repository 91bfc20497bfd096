use crate::exercise::Exercise;

/// The exercises of lesson 8.
pub(crate) const EXERCISES: &[Exercise] = &[];
