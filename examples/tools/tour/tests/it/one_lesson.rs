//! `-- 2` plays lesson 2 and no other.

use crate::shared;

use anyhow::Result;
use shared::{headings, play};

#[test]
fn lesson_2_alone_is_played() -> Result<()> {
    let ended = play(&["2"])?;
    assert!(ended.status.success(), "{:?}", ended.err());
    let expected = ["Lesson 2. The echo: who is let in may stay", "The right key", "A wrong key"];
    assert_eq!(headings(&ended.out()), expected);
    Ok(())
}

#[test]
fn a_lesson_that_is_not_there_is_refused() -> Result<()> {
    for wrong in ["0", "7", "two"] {
        let ended = play(&[wrong])?;
        assert_eq!(ended.status.code(), Some(2), "{wrong}");
        assert!(ended.err()[0].contains("[LESSON]"), "{:?}", ended.err());
        assert_eq!(ended.out(), [""; 0]);
    }
    Ok(())
}
