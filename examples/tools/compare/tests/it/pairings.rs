//! With `--naive` it plays every pairing that has a naive program. The pages' tests play the four pairings of each lesson.

use anyhow::Result;

#[test]
fn naive_programs_talk_to_each_other_and_to_the_robust_ones() -> Result<()> {
    let ended = crate::shared::run(&["--naive"])?;
    assert!(ended.status.success(), "{ended:?}");
    // Twelve pairings in each of four lessons; lessons 5 and 6 have no naive client. Lessons 7 and 8 have four each.
    assert_eq!(ended.out().last(), Some(&"64 of 64 pairings are complete, with the bytes that the lesson defines"));
    Ok(())
}
