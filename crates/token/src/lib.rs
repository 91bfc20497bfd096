//! Who is calling, said by a token: a JSON Web Token (RFC 7519), signed with HS256.
//!
//! ```text
//! header . claims . signature            each as base64url, without padding
//!                   HMAC-SHA-256(key, "header.claims")
//! ```
//!
//! Its signature is lesson 1's answer over again: the challenge is the token's own first two parts instead of a nonce.
//! So nothing has to be asked first, and whoever overhears the token has it too, until it expires.
//!
//! What is checked is what RFC 7515, 7519 and 8725 ask for, and an end; in one order, so that the twin rejects the
//! same token for the same reason. The library signs and verifies; the form and the claims are judged here, because libraries
//! differ in both. jsonwebtoken takes a token 60 seconds after its end or longer than any of ours, does not look at
//! `nbf` or `crit`, and rounds times; PyJWT takes one without an end, cuts times off, and reads of a member given twice
//! the last.

mod check;
mod claims;
mod hs256;
mod rejected;

pub use check::{MAX_LEN, check};
pub use claims::Claims;
pub use hs256::mint;
pub use rejected::Rejected;
