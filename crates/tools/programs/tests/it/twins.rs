//! A program and its Python twin have the same options. What a twin requires is listed in the same words twice.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, ensure};
use programs::{Language, command, folders, root};

use crate::common::at_once;

#[test]
fn a_twin_has_the_same_options_and_defaults() -> Result<()> {
    let twins: Vec<_> = folders()?.into_iter().filter(|folder| root().join(folder).join("main.py").exists()).collect();
    ensure!(twins.len() >= 11, "{twins:?}");
    at_once(twins, |folder| {
        let name = folder.file_name().context("no name")?.to_string_lossy();
        let (rust, python) = (help(&name, Language::Rust)?, help(&name, Language::Python)?);
        let one_it_has = if name == "ws-token" { "--expires-in" } else { "--deadline" };
        assert!(options(&rust).contains(one_it_has), "{name}: {rust}");
        assert_eq!(options(&rust), options(&python), "{name}");
        assert_eq!(defaults(&rust), defaults(&python), "{name}");
        Ok(())
    })
}

fn help(name: &str, language: Language) -> Result<String> {
    // So wide that Python breaks no line, and with it no option.
    let output = command(name, language)?.arg("--help").env("COLUMNS", "1000").output()?;
    ensure!(output.status.success(), "{name}, {language:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

fn options(help: &str) -> BTreeSet<&str> {
    let words = help.split(|char: char| !char.is_ascii_alphanumeric() && char != '-');
    words.filter(|word| word.starts_with("--")).collect()
}

/// Returns the texts in `[default: …]`, sorted: the options need not be in the same order.
fn defaults(help: &str) -> Vec<&str> {
    let mut defaults: Vec<_> = help.split("[default: ").skip(1).filter_map(|part| part.split(']').next()).collect();
    defaults.sort_unstable();
    defaults
}

/// One list is for pip, in requirements.txt; the other for tools that read PEP 723, in the header of main.py.
#[test]
fn the_header_of_a_twin_lists_its_requirements() -> Result<()> {
    let mut with_requirements = 0;
    for folder in folders()? {
        let folder = root().join(folder);
        let Ok(twin) = fs::read_to_string(folder.join("main.py")) else { continue };
        let required = fs::read_to_string(folder.join("requirements.txt")).ok();
        with_requirements += usize::from(required.is_some());
        let quoted = |line: &str| format!("\"{line}\"");
        let required = required.map(|text| text.lines().map(quoted).collect::<Vec<_>>().join(", "));
        assert_eq!(dependencies(&twin)?, required, "{}", folder.display());
    }
    assert!(with_requirements > 0, "no twin has requirements");
    Ok(())
}

/// Returns the dependencies in the header of a script, if it has a header.
fn dependencies(script: &str) -> Result<Option<String>> {
    let Some((_, header)) = script.split_once("# /// script\n") else { return Ok(None) };
    let (header, _) = header.split_once("# ///\n").context("a header without an end")?;
    assert!(header.contains("# requires-python = \">=3.8\"\n"), "{header}");
    let (_, listed) = header.split_once("# dependencies = [").context("a header without dependencies")?;
    let (listed, _) = listed.split_once("]\n").context("dependencies without an end")?;
    Ok(Some(listed.to_owned()))
}
