/// Encodes bytes as lower-case hexadecimal digits, two for each byte.
///
/// ```
/// assert_eq!(wire::hex(b"\x00\xa5"), "00a5");
/// ```
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
