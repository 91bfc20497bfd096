//! The protocol of Python's [`multiprocessing.connection`][python], version 3.12 or later: messages of bytes, and a
//! handshake in which both sides prove that they hold the same key.
//!
//! ```text
//! listener: accept                              client: connect
//! ----------------                              ---------------
//! #CHALLENGE#{sha256} 40 random bytes  ----->
//!                                      <-----   {sha256} HMAC-SHA-256, 32 bytes
//! #WELCOME# or #FAILURE#               ----->
//!                                      <-----   #CHALLENGE#{sha256} 40 random bytes
//! {sha256} HMAC-SHA-256, 32 bytes      ----->
//!                                      <-----   #WELCOME# or #FAILURE#
//! ```
//!
//! Before each message comes its length, in four bytes. This side is stricter than Python: it takes the messages above and
//! no others. It refuses HMAC-MD5, which Python still accepts, and tells its peer so with `#FAILURE#`.
//!
//! Python's `send` and `recv` put [pickled] objects into messages. To unpickle bytes is to run the program that is in them.
//! Nothing here does.
//!
//! [python]: https://docs.python.org/3/library/multiprocessing.html#module-multiprocessing.connection
//! [pickled]: https://docs.python.org/3/library/pickle.html

mod error;
mod handshake;
mod message;

pub use error::{Error, Part, Refusal};
pub use handshake::Authenticator;
pub use message::{recv_bytes, send_bytes};
