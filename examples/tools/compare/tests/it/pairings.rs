//! By itself it plays all four pairings of every lesson, and finds the same bytes.

use anyhow::Result;

#[test]
fn every_lesson_is_played_in_all_four_pairings() -> Result<()> {
    let ended = crate::shared::run(&[])?;
    assert!(ended.status.success(), "{ended:?}");
    let mut expected = vec![["lesson", "server", "client", "conversation", "bytes"]];
    for lesson in ["1. The gate", "2. The echo", "3. Lines", "4. Threads", "5. WebSocket", "6. Tokens"] {
        for (server, client) in [("Rust", "Rust"), ("Rust", "Python"), ("Python", "Rust"), ("Python", "Python")] {
            expected.push([lesson, server, client, "complete", "the same"]);
        }
    }
    assert_eq!(crate::shared::rows(&ended.out()), expected);
    assert_eq!(ended.out().last(), Some(&"24 of 24 pairings are complete, with the bytes that the lesson defines"));
    assert_eq!(ended.err(), [""; 0], "progress is for a terminal alone");
    Ok(())
}

#[test]
fn naive_programs_talk_to_each_other_and_to_the_robust_ones() -> Result<()> {
    let ended = crate::shared::run(&["--naive"])?;
    assert!(ended.status.success(), "{ended:?}");
    // Twelve pairings in each of four lessons; lessons 5 and 6 have no naive client.
    assert_eq!(ended.out().last(), Some(&"56 of 56 pairings are complete, with the bytes that the lesson defines"));
    Ok(())
}
