//! Reads README.md and docs/ as Markdown, and plays the scenes that the pages show with the real programs.
//!
//! The tests of this package hold the pages to the programs; the tour plays the same scenes for a reader. The info
//! string of a fenced code block says what the block is:
//!
//! | info string | what the block shows | module of the tests |
//! | --- | --- | --- |
//! | `rust from=FILE`, `python from=FILE` | lines of that file | `listings` |
//! | `console scene=SCENE terminal=NAME` | what one terminal shows in a [`Scene`] | `transcripts` |
//! | `sh` | commands without their output | `commands` |
//! | `text picture` | who sends what; only its names are tested | `blocks` |
//! | `text matrix` | what `attack` prints | tests of that package |
//!
//! A console block can also have the word `stays`: its program keeps running while the following blocks are played.
//! One block of each scene that the tour plays has the word `tour`.

mod command;
mod mask;
mod page;
mod player;
mod scene;

pub use command::programs;
pub use page::{Block, Page, all, lessons};
pub use player::{Event, Interrupted, Player};
pub use scene::{Languages, Scene};
