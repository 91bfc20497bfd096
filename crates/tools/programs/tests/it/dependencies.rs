//! Whoever begins with lesson 1 does not wait for what later lessons need.

use std::collections::BTreeSet;
use std::env;
use std::process::Command;

use anyhow::{Result, ensure};
use programs::root;

#[test]
fn lesson_1_compiles_at_most_43_crates() -> Result<()> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    // The same everywhere: each system needs a few crates of its own.
    cargo.args(["tree", "--locked", "--target", "x86_64-unknown-linux-gnu", "--package", "gate-server"]);
    let output = cargo.args(["--edges", "normal,build", "--prefix", "none"]).current_dir(root()).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    // A line is a name, a version, and notes such as the crate's folder.
    let crates: BTreeSet<_> = text.lines().map(|line| line.split(' ').take(2).collect::<Vec<_>>()).collect();
    ensure!((30..=43).contains(&crates.len()), "{} crates: {crates:?}", crates.len());
    Ok(())
}
