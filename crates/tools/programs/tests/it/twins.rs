//! A program and its Python twin have the same options. What a twin requires is listed in the same words twice.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use programs::{Language, command, folders, root};

use crate::common::at_once;

#[test]
fn a_twin_has_the_same_options_and_defaults() -> Result<()> {
    let has_options = |folder: &PathBuf| {
        root().join(folder).join("main.py").exists() && !folder.to_string_lossy().contains("/naive-")
    };
    let twins: Vec<_> = folders()?.into_iter().filter(has_options).collect();
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
        let Ok(twin) = fs::read_to_string(root().join(&folder).join("main.py")) else { continue };
        let mut header = String::from("# /// script\n");
        if let Ok(required) = fs::read_to_string(root().join(&folder).join("requirements.txt")) {
            with_requirements += 1;
            let required: Vec<_> = required.lines().map(|line| format!("\"{line}\"")).collect();
            let dependencies = format!("# dependencies = [{}]\n# ///\n", required.join(", "));
            header += &format!("# requires-python = \">=3.8\"\n{dependencies}");
            ensure!(twin.contains(&header), "{} has not the header {header}", folder.display());
        } else {
            ensure!(!twin.contains(&header), "{} has a header but no requirements.txt", folder.display());
        }
    }
    ensure!(with_requirements > 0, "no twin has requirements");
    Ok(())
}
