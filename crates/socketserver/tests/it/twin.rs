//! The Python twin behaves the same: its own tests pass.

use anyhow::{Result, ensure};

#[test]
fn it_permits_the_same_addresses() -> Result<()> {
    unittest("crates.socketserver.test_allow", 1)
}

#[test]
fn its_connections_have_the_same_time_limits() -> Result<()> {
    unittest("crates.socketserver.test_connection", 10)
}

#[test]
fn its_servers_share_a_process_and_report_the_same() -> Result<()> {
    unittest("crates.socketserver.test_server", 8)
}

fn unittest(module: &str, tests: usize) -> Result<()> {
    let output = programs::python().current_dir(programs::root()).args(["-m", "unittest", module]).output()?;
    let report = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{report}");
    ensure!(report.contains(&format!("\nRan {tests} test")), "{report}");
    Ok(())
}
