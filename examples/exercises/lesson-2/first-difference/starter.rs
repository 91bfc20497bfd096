//! Finds where two dumps differ.

/// Returns the offset of the first byte that differs, or `None` if the dumps are equal.
pub fn first_difference(a: &[u8], b: &[u8]) -> Option<usize> {
    let mut difference = 0;
    for (offset, (a, b)) in a.iter().zip(b).enumerate() {
        if a != b {
            difference = offset;
        }
    }
    Some(difference)
}
