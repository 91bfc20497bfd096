use crate::exercise::Exercise;

/// The exercises of lesson 2.
pub(crate) const EXERCISES: &[Exercise] = &[];
