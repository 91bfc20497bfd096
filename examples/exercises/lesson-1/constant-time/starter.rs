//! Compares a client's response with the expected one.

/// Whether the response is the expected one.
pub fn is_right(response: &[u8], expected: &[u8]) -> bool {
    response.iter().zip(expected).all(|(got, wanted)| got == wanted)
}
