//! Which part of a lesson's conversation bytes on the wire are: nonce, answer, stamp, message.
//!
//! ```
//! use tap::Direction;
//! use wire::{Lesson, Names, Part};
//!
//! let mut names = Names::new(Lesson::Line, Direction::ToServer);
//! let parts: Vec<_> = names.of(b"hello\r\n").into_iter().map(|span| (span.part, span.bytes)).collect();
//! assert_eq!(parts, [(Part::Message, &b"hello"[..]), (Part::LineEnding, b"\r\n")]);
//! ```

mod lesson;
mod names;
mod part;

pub use lesson::Lesson;
pub use names::{Names, Span};
pub use part::Part;
