//! Compares a client's response with the expected one.

use subtle::ConstantTimeEq;

/// Whether the response is the expected one.
pub fn is_right(response: &[u8], expected: &[u8]) -> bool {
    response.ct_eq(expected).into()
}
