/// Encodes bytes as lower-case hexadecimal digits, two for each byte.
///
/// ```
/// assert_eq!(wire::hex(b"\x00\xa5"), "00a5");
/// ```
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Decodes hexadecimal digits, two for each byte. Returns `None` if there is anything else among them.
///
/// ```
/// assert_eq!(wire::from_hex("00a5"), Some(vec![0x00, 0xa5]));
/// assert_eq!(wire::from_hex("00a"), None);
/// ```
pub fn from_hex(digits: &str) -> Option<Vec<u8>> {
    let value = |digit: u8| char::from(digit).to_digit(16).map(|value| value as u8);
    let pairs = digits.as_bytes().chunks(2).map(|pair| match *pair {
        [high, low] => Some(value(high)? << 4 | value(low)?),
        _ => None,
    });
    pairs.collect()
}
