//! A virtual environment for Python twins is either complete or missing. Other requirements get another one.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, ensure};
use programs::{environment, python};

/// Writes a wheel with a package of one module into a folder.
const WHEEL: &str = r#"
import sys, zipfile
info = "sesame_test-1.dist-info"
with zipfile.ZipFile(f"{sys.argv[1]}/sesame_test-1-py3-none-any.whl", "w") as wheel:
    wheel.writestr("sesame_test.py", "")
    wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: sesame-test\nVersion: 1\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr(f"{info}/RECORD", "")
"#;

/// Asks for the environment with the package of this version, which pip may only take from the folder.
fn interpreter(folder: &Path, version: &str) -> Result<PathBuf> {
    let file = folder.join(format!("{version}.txt"));
    fs::write(&file, format!("--no-index\n--find-links {}\nsesame-test=={version}\n", folder.display()))?;
    environment(&folder.join("environments"), python().get_program(), &[file])
}

fn names_in(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.join("environments"))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.retain(|name| name != "lock");
    names.sort();
    Ok(names)
}

#[test]
fn the_same_requirements_share_an_environment_and_others_need_another() -> Result<()> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("environments");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    // A process that was killed has left an environment. The next one removes it.
    fs::create_dir_all(folder.join("environments/incomplete/leftover"))?;
    ensure!(python().args(["-c", WHEEL]).arg(&folder).status()?.success(), "no wheel");
    let first = thread::scope(|scope| {
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(|| interpreter(&folder, "1"))).collect();
        let mut interpreters = threads.into_iter().map(|thread| thread.join().expect("no panic"));
        let first = interpreters.next().context("there are three")??;
        for interpreter in interpreters {
            ensure!(interpreter? == first, "several environments for the same requirements");
        }
        anyhow::Ok(first)
    })?;
    assert!(Command::new(&first).args(["-c", "import sesame_test"]).status()?.success());
    let complete = names_in(&folder)?;
    assert!(complete.len() == 1 && complete[0] != "incomplete", "{complete:?}");

    // There is no version 2: its environment remains incomplete.
    let error = format!("{:#}", interpreter(&folder, "2").err().context("there is no version 2")?);
    assert!(error.contains("No matching distribution found for sesame-test==2 (pip gets it from"), "{error}");
    assert_eq!(names_in(&folder)?, [&complete[0], "incomplete"]);

    // The first is used again: its wheel does not even exist any more.
    fs::remove_file(folder.join("sesame_test-1-py3-none-any.whl"))?;
    assert_eq!(interpreter(&folder, "1")?, first);
    Ok(())
}

#[test]
fn a_missing_interpreter_is_named() -> Result<()> {
    let result = environment(Path::new("/nowhere"), OsStr::new("/nowhere/python3"), &[]);
    let error = format!("{:#}", result.err().context("there is no such interpreter")?);
    assert!(error.starts_with("cannot run /nowhere/python3: "), "{error}");
    Ok(())
}
