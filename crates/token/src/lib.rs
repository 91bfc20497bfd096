//! Who is calling, stated by a token: a JSON Web Token (RFC 7519), signed with HS256.
//!
//! ```text
//! header . claims . signature            each as base64url, without padding
//!                   HMAC-SHA-256(key, "header.claims")
//! ```
//!
//! The signature is lesson 1's response again, but the challenge is the first two parts of the token instead of a nonce.
//! So the server need not send anything first, and anyone who captures the token can use it until it expires.
//!
//! [`check`] requires what RFC 7515, 7519 and 8725 require, and an expiration time. It checks in one fixed order, so that
//! the Python twin rejects the same token for the same reason.
//!
//! The libraries for tokens, jsonwebtoken and PyJWT, are not used: their defaults differ from each other and from RFC 8725
//! (jsonwebtoken accepts a token for a minute after it expires and ignores `nbf` and `crit`; PyJWT accepts one that never
//! expires), so everything that they exist for had to be switched off or checked again. What was left of them is about ten
//! lines, `hs256.rs`.

mod check;
mod claims;
mod hs256;
mod rejected;

pub use check::{AUDIENCE, MAX_LEN, check};
pub use claims::{Claims, mint};
pub use rejected::Rejected;
