//! A program and its twin take the same options.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use programs::{Language, command};

const PROGRAMS: [&str; 11] = [
    "gate-server",
    "gate-client",
    "echo-server",
    "echo-client",
    "line-server",
    "line-client",
    "threaded-server",
    "threaded-client",
    "ws-server",
    "ws-client",
    "ws-token",
];

#[test]
fn a_twin_has_the_same_options_and_defaults() -> Result<()> {
    for name in PROGRAMS {
        let (rust, python) = (help(name, Language::Rust)?, help(name, Language::Python)?);
        let one_it_has = if name == "ws-token" { "--expires-in" } else { "--deadline" };
        assert!(options(&rust).contains(one_it_has), "{name}: {rust}");
        assert_eq!(options(&rust), options(&python), "{name}");
        assert_eq!(defaults(&rust), defaults(&python), "{name}");
    }
    Ok(())
}

fn help(name: &str, language: Language) -> Result<String> {
    // Wide enough that Python breaks no line, and so no option.
    let output = command(name, language)?.arg("--help").env("COLUMNS", "1000").output()?;
    ensure!(output.status.success(), "{name}, {language:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

fn options(help: &str) -> BTreeSet<&str> {
    let words = help.split(|char: char| !char.is_ascii_alphanumeric() && char != '-');
    words.filter(|word| word.starts_with("--")).collect()
}

/// What stands in `[default: …]`, in order of the alphabet: options need not come in the same order.
fn defaults(help: &str) -> Vec<&str> {
    let parts = help.split("[default: ").skip(1);
    let mut defaults: Vec<_> = parts.filter_map(|part| part.split(']').next()).collect();
    defaults.sort_unstable();
    defaults
}
