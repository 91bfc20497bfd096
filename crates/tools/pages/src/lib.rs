//! README.md and docs/, read as Markdown, for the tests that hold them to the programs.
//!
//! A fenced code block says in its info string what it is, and so how it is held:
//!
//! | info string | what it holds | held by |
//! | --- | --- | --- |
//! | `rust from=FILE`, `python from=FILE` | lines that stand in that file | `tests/listings.rs` |
//! | `console scene=SCENE terminal=NAME`, also with `stays` | what is typed and printed in one terminal | `tests/transcripts.rs` |
//! | `sh` | commands by themselves | `tests/commands.rs` |
//! | `text picture` | who sends what | `tests/blocks.rs`, for its names alone |

mod page;

pub use page::{Block, Page, Row, all};
