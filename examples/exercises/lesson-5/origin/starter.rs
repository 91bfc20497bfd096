//! Decides whether a page may connect.

/// Returns whether a page of this origin may connect, if only those of the allowed origin may.
pub fn is_allowed(origin: &str, allowed: &str) -> bool {
    // Weak: looks for a part.
    allowed.split_once("://").is_some_and(|(_, host)| origin.contains(host))
}
