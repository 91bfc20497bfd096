//! Without Python, or without its packages, pairings that need them are reported as not run, and the exit status is not 0.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use programs::Process;

/// Asserts which pairings with Python are not run, and returns why.
fn assert_not_run(command: &mut Command, is_not_run: impl Fn(&str) -> bool, counts: [usize; 2]) -> Result<String> {
    let ended = Process::start(command, b"")?.wait()?;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let rows = crate::shared::rows(&ended.out());
    assert_eq!(rows.len(), 45);
    for row in &rows[1..] {
        let is_run = row[1].ends_with("Rust") && row[2].ends_with("Rust") || !is_not_run(&row[0]);
        let same = if row[0].starts_with("8.") { "encrypted" } else { "the same" };
        assert_eq!(row[3..], if is_run { ["complete", same] } else { ["not run", "not compared"] }, "{row:?}");
    }
    let [.., counted, not_run] = &ended.out()[..] else { bail!("{ended:?}") };
    let [complete, others] = counts;
    assert_eq!(*counted, format!("{complete} of 44 pairings are complete, with the bytes that the lesson defines"));
    Ok(not_run.strip_prefix(&format!("{others} not run: ")).context("another number")?.to_owned())
}

#[test]
fn pairings_with_python_are_not_run() -> Result<()> {
    let reason = assert_not_run(crate::shared::compare(&[])?.env("PYTHON", "no-such-python"), |_| true, [11, 33])?;
    let expected = "cannot run no-such-python: No such file or directory (os error 2). The twins need Python 3.8 or \
                    later: `apt install python3`, `brew install python` or https://www.python.org/downloads/. To use \
                    another interpreter than python3, set the variable PYTHON";
    assert_eq!(reason, expected);
    Ok(())
}

#[test]
fn only_websocket_and_tls_pairings_with_python_need_its_packages() -> Result<()> {
    // An interpreter that nothing was installed for yet.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-packages");
    let _ = fs::remove_dir_all(&folder);
    let made = programs::python().args(["-m", "venv", "--without-pip"]).arg(&folder).status()?;
    ensure!(made.success(), "no virtual environment: {made}");
    let mut command = crate::shared::compare(&[])?;
    command.env("PYTHON", folder.join("bin").join("python")).env("PIP_NO_INDEX", "1").env_remove("PIP_FIND_LINKS");
    let needs_packages = |lesson: &str| ["5. WebSocket", "6. Tokens", "8. TLS"].contains(&lesson);
    let reason = assert_not_run(&mut command, needs_packages, [35, 9])?;
    assert!(reason.starts_with("cannot install for ") && reason.contains("https://pypi.org"), "{reason}");
    Ok(())
}
