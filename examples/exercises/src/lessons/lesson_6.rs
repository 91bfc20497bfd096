use crate::exercise::Exercise;

/// The exercises of lesson 6.
pub(crate) const EXERCISES: &[Exercise] = &[];
