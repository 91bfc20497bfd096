use crate::exercise::Exercise;

/// The exercises of lesson 7.
pub(crate) const EXERCISES: &[Exercise] = &[];
