use crate::exercise::Exercise;

/// The exercises of lesson 4.
pub(crate) const EXERCISES: &[Exercise] = &[];
