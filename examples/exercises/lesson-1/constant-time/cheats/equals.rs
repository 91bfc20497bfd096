// Compares with `==`, which is right but stops at the first difference.

pub fn is_right(response: &[u8], expected: &[u8]) -> bool {
    response == expected
}
