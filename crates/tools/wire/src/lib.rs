//! Which part of a lesson's conversation bytes on the wire are: nonce, answer, stamp, message; handshake and frames.
//!
//! ```
//! use wire::Direction;
//! use wire::{Lesson, Dissector, Field};
//!
//! let mut dissector = Dissector::new(Lesson::Line, Direction::ToServer);
//! let parts: Vec<_> = dissector.feed(b"hello\r\n").into_iter().map(|span| (span.field, span.bytes)).collect();
//! assert_eq!(parts, [(Field::Message, &b"hello"[..]), (Field::LineEnding, b"\r\n")]);
//!
//! let mut dissector = Dissector::new(Lesson::Ws, Direction::ToClient);
//! dissector.feed(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");
//! let parts: Vec<_> = dissector.feed(b"\x81\x05Hello").iter().map(|span| span.describe()).collect();
//! assert_eq!(parts, ["frame: text, final, 5 bytes, unmasked", "payload, 5 bytes"]);
//! ```

mod dissector;
mod event;
mod field;
mod frames;
mod handshake;
mod hex;
pub mod hexdump;
mod lesson;
mod relay;
mod sequence;
mod tap;
pub mod websocket;

pub use dissector::{Dissector, Span};
pub use event::{Direction, Event};
pub use field::Field;
pub use hex::hex;
pub use lesson::Lesson;
pub use tap::Tap;
