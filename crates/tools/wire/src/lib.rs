//! The bytes of each lesson: which fields each side sends, how to recognize them, and how to look at them.
//!
//! [`LESSONS`] defines what each side sends. A [`Dissector`] finds those fields in bytes as they arrive:
//!
//! ```
//! use wire::{Direction, Dissector, Field, Lesson};
//!
//! let mut dissector = Dissector::new(&Lesson::named("line").unwrap(), Direction::ToServer);
//! let fields: Vec<_> = dissector.feed(b"hello\r\n").into_iter().map(|span| (span.field, span.bytes)).collect();
//! assert_eq!(fields, [(Field::Message, &b"hello"[..]), (Field::LineEnding, b"\r\n")]);
//!
//! let mut dissector = Dissector::new(&Lesson::named("ws").unwrap(), Direction::ToClient);
//! dissector.feed(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");
//! let fields: Vec<_> = dissector.feed(b"\x81\x05Hello").iter().map(|span| span.describe()).collect();
//! assert_eq!(fields, ["frame: text, final, 5 bytes, unmasked", "payload, 5 bytes"]);
//! ```
//!
//! [`tap`] relays connections and shows the bytes that pass. [`hexdump`] prints bytes, and [`websocket`] encodes and
//! decodes frames.

mod dissector;
mod event;
mod field;
mod handshake;
mod hex;
pub mod hexdump;
mod lesson;
mod record;
mod tap;
pub mod websocket;

pub use dissector::{Dissector, Span};
pub use event::{Direction, Event};
pub use field::Field;
pub use hex::{from_hex, hex};
pub use lesson::{Fields, LESSONS, Lesson};
pub use record::RecordHeader;
pub use tap::tap;
