//! The Python twin allows the same addresses, and tells what goes on at the same pace.

use anyhow::{Result, ensure};

#[test]
fn it_allows_the_same() -> Result<()> {
    unittest("crates.socketserver.test_allow", 6)
}

#[test]
fn it_keeps_the_same_pace() -> Result<()> {
    unittest("crates.socketserver.test_monitor", 6)
}

fn unittest(module: &str, tests: usize) -> Result<()> {
    let output = programs::python().current_dir(programs::root()).args(["-m", "unittest", module]).output()?;
    let report = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{report}");
    ensure!(report.contains(&format!("\nRan {tests} tests in ")), "{report}");
    Ok(())
}
