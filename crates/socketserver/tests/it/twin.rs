//! The Python twin allows the same addresses, tells what goes on at the same pace, and gives its handlers the same time and
//! last words; several of its servers share a process and its signals.

use anyhow::{Result, ensure};

#[test]
fn it_allows_the_same() -> Result<()> {
    unittest("crates.socketserver.test_allow", 6)
}

#[test]
fn it_keeps_the_same_pace() -> Result<()> {
    unittest("crates.socketserver.test_monitor", 6)
}

#[test]
fn its_handlers_have_the_same_time_and_last_words() -> Result<()> {
    unittest("crates.socketserver.test_connection", 15)
}

#[test]
fn its_servers_share_a_process() -> Result<()> {
    unittest("crates.socketserver.test_server", 5)
}

fn unittest(module: &str, tests: usize) -> Result<()> {
    let output = programs::python().current_dir(programs::root()).args(["-m", "unittest", module]).output()?;
    let report = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{report}");
    ensure!(report.contains(&format!("\nRan {tests} tests in ")), "{report}");
    Ok(())
}
