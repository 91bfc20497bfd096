//! Finds where two dumps differ.

/// Returns the offset of the first byte that differs, or `None` if the dumps are equal.
pub fn first_difference(a: &[u8], b: &[u8]) -> Option<usize> {
    let end_of_the_shorter = (a.len() != b.len()).then_some(a.len().min(b.len()));
    a.iter().zip(b).position(|(a, b)| a != b).or(end_of_the_shorter)
}
