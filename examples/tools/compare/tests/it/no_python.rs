//! Without Python, or without its packages, pairings that need them are told as not run, and nothing is said to have passed
//! that did not.

use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};
use programs::Process;

#[test]
fn pairings_with_python_are_not_run() -> Result<()> {
    let ended = Process::start(crate::shared::compare(&[])?.env("PYTHON", "no-such-python"), b"")?.wait()?;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let rows = crate::shared::rows(&ended.out());
    assert_eq!(rows.len(), 25);
    for row in &rows[1..] {
        let expected = match (row[1].as_str(), row[2].as_str()) {
            ("Rust", "Rust") => ["complete", "the same"],
            _ => ["not run", "not compared"],
        };
        assert_eq!(row[3..], expected, "{row:?}");
    }
    let [.., counted, not_run] = &ended.out()[..] else { panic!("{ended:?}") };
    assert_eq!(*counted, "6 of 24 pairings are complete, with the bytes that the lesson defines");
    let expected = "18 not run: cannot run no-such-python: No such file or directory (os error 2). The twins need Python \
                    3.8 or later: `apt install python3`, `brew install python` or \
                    https://www.python.org/downloads/. To use another interpreter than python3, set the variable PYTHON";
    assert_eq!(*not_run, expected);
    Ok(())
}

#[test]
fn only_websocket_pairings_with_python_need_its_packages() -> Result<()> {
    // An interpreter that nothing was installed for yet.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-packages");
    let _ = fs::remove_dir_all(&folder);
    let made = programs::python().args(["-m", "venv", "--without-pip"]).arg(&folder).status()?;
    ensure!(made.success(), "no virtual environment: {made}");
    let mut command = crate::shared::compare(&[])?;
    command.env("PYTHON", folder.join("bin").join("python")).env("PIP_NO_INDEX", "1").env_remove("PIP_FIND_LINKS");
    let ended = Process::start(&mut command, b"")?.wait()?;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let rows = crate::shared::rows(&ended.out());
    assert_eq!(rows.len(), 25);
    for row in &rows[1..] {
        let needs_packages = row[0].contains("WebSocket") || row[0].contains("Tokens");
        let expected = match (row[1].as_str(), row[2].as_str()) {
            ("Rust", "Rust") => ["complete", "the same"],
            _ if needs_packages => ["not run", "not compared"],
            _ => ["complete", "the same"],
        };
        assert_eq!(row[3..], expected, "{row:?}");
    }
    let [.., counted, not_run] = &ended.out()[..] else { panic!("{ended:?}") };
    assert_eq!(*counted, "18 of 24 pairings are complete, with the bytes that the lesson defines");
    assert!(not_run.starts_with("6 not run: cannot install for ") && not_run.contains("https://pypi.org"), "{not_run}");
    Ok(())
}
