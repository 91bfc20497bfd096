//! A program and its twin take the same options.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use programs::{Language, command};

const PROGRAMS: [&str; 8] = [
    "gate-server",
    "gate-client",
    "echo-server",
    "echo-client",
    "line-server",
    "line-client",
    "threaded-server",
    "threaded-client",
];

#[test]
fn a_twin_names_the_same_options() -> Result<()> {
    for name in PROGRAMS {
        let rust = options(name, Language::Rust)?;
        assert!(rust.contains("--deadline"), "{name}: {rust:?}");
        assert_eq!(rust, options(name, Language::Python)?, "{name}");
    }
    Ok(())
}

/// The options that the program's help names.
fn options(name: &str, language: Language) -> Result<BTreeSet<String>> {
    // Wide enough that Python breaks no line, and so no option.
    let output = command(name, language)?.arg("--help").env("COLUMNS", "1000").output()?;
    ensure!(output.status.success(), "{name}, {language:?}: {}", String::from_utf8_lossy(&output.stderr));
    let help = String::from_utf8(output.stdout)?;
    let words = help.split(|char: char| !char.is_ascii_alphanumeric() && char != '-');
    Ok(words.filter(|word| word.starts_with("--")).map(str::to_owned).collect())
}
