//! A virtual environment for Python twins is either complete or missing. Other requirements get another one. (That pip
//! installs packages, and what the error says if it cannot, is tested with the programs that need some.)

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::channel;

use anyhow::{Context, Result, ensure};
use programs::{at_once, environment};

/// An interpreter that creates environments in no time. It counts them, and its pip knows every package but `missing`.
const PYTHON: &str = r#"#!/bin/sh
case "$*" in
    "-m venv --clear "*) rm -rf "$4" && mkdir -p "$4/bin" && cp "$0" "$4/bin/python" && echo "$4" >>"${0%/*}/created" ;;
    "-m pip install "*) for file; do :; done; if grep missing "$file"; then echo "ERROR: $file" >&2; exit 1; fi ;;
    *) echo "3.0.0 $0" ;;
esac
"#;

/// Asks for an environment with what this file requires.
fn interpreter(folder: &Path, file: &str) -> Result<PathBuf> {
    environment(&folder.join("environments"), folder.join("python").as_os_str(), &[folder.join(file)])
}

#[test]
fn the_same_requirements_share_an_environment_and_others_need_another() -> Result<()> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("environments");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    // A process that was killed has left an environment. The next one replaces it.
    let incomplete = folder.join("environments/incomplete");
    fs::create_dir_all(incomplete.join("leftover"))?;
    // Another process writes the file: nobody can start a program that is open for writing.
    let script = "printf %s \"$1\" >\"$2\" && chmod +x \"$2\"";
    let written = Command::new("sh").args(["-c", script, "sh", PYTHON]).arg(folder.join("python")).status()?;
    ensure!(written.success(), "no interpreter");
    ["one", "other", "missing"].iter().try_for_each(|package| fs::write(folder.join(package), package))?;

    let (sender, receiver) = channel();
    at_once([sender.clone(), sender.clone(), sender], |sender| Ok(sender.send(interpreter(&folder, "one")?)?))?;
    let interpreters: BTreeSet<_> = receiver.iter().collect();
    ensure!(interpreters.len() == 1, "several environments for the same requirements: {interpreters:?}");
    let first = interpreters.into_iter().next().context("there is one")?;
    assert!(first.exists() && !incomplete.exists() && !first.with_file_name("../leftover").exists(), "{first:?}");

    let error = format!("{:#}", interpreter(&folder, "missing").err().context("it is not missing")?);
    assert!(error.contains("missing (pip gets it from https://pypi.org"), "{error}");
    assert!(incomplete.exists());

    assert_ne!(interpreter(&folder, "other")?, first);
    assert_eq!(interpreter(&folder, "one")?, first);
    assert_eq!(fs::read_to_string(folder.join("created"))?.lines().count(), 3);
    Ok(())
}

#[test]
fn a_missing_interpreter_is_named() -> Result<()> {
    let result = environment(Path::new("/nowhere"), OsStr::new("/nowhere/python3"), &[]);
    let error = format!("{:#}", result.err().context("there is no such interpreter")?);
    assert!(error.starts_with("cannot run /nowhere/python3: "), "{error}");
    Ok(())
}
