//! Who is calling: one side proves to the other that it holds the same key, without sending the key.
//!
//! ```text
//! server: challenge                      client: respond
//! -----------------                      ---------------
//! nonce, 32 random bytes     -------->   reads the nonce
//! reads the answer           <--------   HMAC(key, nonce)
//! compares: a Verdict
//! ```
//!
//! The nonce is new each time, so an answer overheard yesterday is worth nothing today. The server's
//! verdict is never sent: what follows it, a closed connection or a session, is for the program to decide.
//!
//! Both sides work over any [`Read`](std::io::Read) + [`Write`](std::io::Write), and know nothing of
//! sockets; a deadline belongs to the stream they are given. What the client answers can
//! be had by itself too:
//!
//! ```
//! use auth::{Key, Nonce, Scheme};
//!
//! let key = Key::new("芝麻开门")?;
//! let nonce = Nonce::from([0x0b; 32]);
//! let answer = Scheme::Md5Hex.response(&key, nonce);
//! assert_eq!(answer.as_bytes(), b"376e52270a98cad01d227b6d2acf44cd");
//! # Ok::<(), auth::KeyError>(())
//! ```

mod error;
mod handshake;
mod key;
mod nonce;
mod scheme;

pub use error::{Error, KeyError, Message};
pub use handshake::{Verdict, challenge, respond};
pub use key::Key;
pub use nonce::Nonce;
pub use scheme::{Response, Scheme};
