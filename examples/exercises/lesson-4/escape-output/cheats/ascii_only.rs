// Knows only the control characters of ASCII, and loses what is not UTF-8.

pub fn escape(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars()
        .map(|char| if char.is_ascii_control() { char.escape_unicode().to_string() } else { char.to_string() })
        .collect()
}
