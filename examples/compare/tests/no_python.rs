//! Without Python its pairings are told as not run, and nothing is said to have passed that did not.

mod shared;

use anyhow::Result;
use programs::Process;

#[test]
fn pairings_with_python_are_not_run() -> Result<()> {
    let ended = Process::start(shared::compare(&[]).env("PYTHON", "no-such-python"), b"")?.wait()?;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let rows = shared::rows(&ended.out());
    assert_eq!(rows.len(), 17);
    for row in &rows[1..] {
        let expected = match (row[1].as_str(), row[2].as_str()) {
            ("Rust", "Rust") => ["complete", "the same"],
            _ => ["not run", "not compared"],
        };
        assert_eq!(row[3..], expected, "{row:?}");
    }
    let [.., counted, not_run] = &ended.out()[..] else { panic!("{ended:?}") };
    assert_eq!(*counted, "4 of 16 pairings complete, with the bytes that the lesson says");
    let expected = "12 not run: cannot run no-such-python: No such file or directory (os error 2). The twins need Python \
                    3.8 or later and nothing else: `apt install python3`, `brew install python` or \
                    https://www.python.org/downloads/; the variable PYTHON names one that is not python3";
    assert_eq!(*not_run, expected);
    Ok(())
}
