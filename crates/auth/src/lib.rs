//! Authentication with a shared key: one side proves to the other that it holds the key, without sending it. In a
//! [`mutual`] handshake, both sides do.
//!
//! ```text
//! server: challenge                      client: respond
//! -----------------                      ---------------
//! nonce, 32 random bytes     -------->   reads the nonce
//! reads the response         <--------   HMAC(key, nonce)
//! compares: a Verdict
//! ```
//!
//! The nonce is different every time, so a response that somebody recorded yesterday is worthless today. The server
//! never sends its verdict. What happens next, a closed connection or a session, is for the program to decide.
//!
//! [`challenge`] and [`respond`] work over any [`Read`](std::io::Read) + [`Write`](std::io::Write) and know nothing
//! about sockets: a deadline belongs to the stream that they are given. You can also compute and verify a response
//! without any stream:
//!
//! ```
//! use auth::{Key, Nonce, Scheme};
//!
//! let key = Key::new("芝麻开门")?;
//! let nonce = Nonce::from([0x0b; 32]);
//!
//! // The client computes …
//! let response = Scheme::Md5Hex.response(&key, nonce);
//! assert_eq!(response.as_bytes(), b"376e52270a98cad01d227b6d2acf44cd");
//!
//! // … and the server verifies: it computes the same, and compares in constant time.
//! assert!(Scheme::Md5Hex.response(&key, nonce).matches(response.as_bytes()));
//! assert!(!Scheme::Md5Hex.response(&key, nonce).matches(b"a guess"));
//! # Ok::<(), auth::KeyError>(())
//! ```
//!
//! A MAC does not say what it is for: whoever gets a holder of the key to respond to a "nonce" of their choice has a MAC
//! of those bytes. So every use needs a key of its own; never use one key both here and, for example, to sign tokens.

mod error;
mod handshake;
mod key;
pub mod mutual;
mod nonce;
mod scheme;

pub use error::{Error, HandshakeMessage, KeyError};
pub use handshake::{Verdict, challenge, respond};
pub use key::Key;
pub use nonce::Nonce;
pub use scheme::{Response, Scheme};
