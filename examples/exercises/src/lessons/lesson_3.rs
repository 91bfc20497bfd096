use crate::exercise::Exercise;

/// The exercises of lesson 3.
pub(crate) const EXERCISES: &[Exercise] = &[];
