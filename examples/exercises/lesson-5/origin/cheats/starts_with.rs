// Asks whether the origin begins with the allowed one, as https://shop.example.evil.example does.

pub fn is_allowed(origin: &str, allowed: &str) -> bool {
    origin.starts_with(allowed)
}
