//! Which part of a lesson's conversation bytes on the wire are: nonce, answer, stamp, message; handshake and frames.
//!
//! ```
//! use wire::Direction;
//! use wire::{Lesson, Names, Part};
//!
//! let mut names = Names::new(Lesson::Line, Direction::ToServer);
//! let parts: Vec<_> = names.of(b"hello\r\n").into_iter().map(|span| (span.part, span.bytes)).collect();
//! assert_eq!(parts, [(Part::Message, &b"hello"[..]), (Part::LineEnding, b"\r\n")]);
//!
//! let mut names = Names::new(Lesson::Ws, Direction::ToClient);
//! names.of(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");
//! let parts: Vec<_> = names.of(b"\x81\x05Hello").iter().map(|span| span.describe()).collect();
//! assert_eq!(parts, ["frame: text, final, 5 bytes, no mask", "payload, 5 bytes"]);
//! ```

mod event;
mod frame;
mod handshake;
pub mod hexdump;
mod lesson;
mod names;
mod part;
mod relay;
mod sequence;
mod tap;
mod websocket;

pub use event::{Direction, Event};
pub use frame::{FrameHeader, Opcode};
pub use lesson::Lesson;
pub use names::{Names, Span};
pub use part::Part;
pub use tap::Tap;
