//! A token that could let nobody in at any time is not minted.

use anyhow::Result;
use programs::{Language, run};

#[test]
fn times_that_leave_no_time_are_refused() -> Result<()> {
    let (at_once, never) = (
        "ws-token: --expires-in: a token that ends at once lets nobody in",
        "ws-token: --valid-in: a token that does not begin before its end lets nobody in",
    );
    let cases: [(&[&str], &str); 3] = [
        (&["--expires-in", "0s"], at_once),
        (&["--expires-in", "60s", "--valid-in", "1m"], never),
        (&["--expires-in", "60s", "--valid-in", "2m"], never),
    ];
    for (options, says) in cases {
        for language in Language::ALL {
            let ended = run("ws-token", language, &[&["--user", "someone@example.com"], options].concat(), b"")?;
            assert_eq!(ended.err(), [says], "{language:?}");
            assert_eq!(ended.status.code(), Some(1), "{language:?}: {says}");
            assert_eq!(ended.out(), [""; 0], "{language:?}: {says}");
        }
    }
    Ok(())
}
