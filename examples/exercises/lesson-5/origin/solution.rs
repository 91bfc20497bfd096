//! Decides whether a page may connect.

/// Returns whether a page of this origin may connect, if only those of the allowed origin may.
pub fn is_allowed(origin: &str, allowed: &str) -> bool {
    origin == allowed
}
