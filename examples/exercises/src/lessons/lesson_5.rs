use crate::exercise::Exercise;

/// The exercises of lesson 5.
pub(crate) const EXERCISES: &[Exercise] = &[];
