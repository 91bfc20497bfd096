//! Makes bytes from a peer ready for the log.

/// Returns the bytes as text.
pub fn escape(bytes: &[u8]) -> String {
    // Weak: the text may contain what a terminal obeys.
    String::from_utf8_lossy(bytes).into_owned()
}
