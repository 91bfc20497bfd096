//! A virtual environment for the twins' packages is whole or not there, and another where what it is made of is another.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, ensure};
use programs::environment;

/// A package of one module that is nowhere but in the folder this returns, as a wheel.
const WHEEL: &str = r#"
import sys, zipfile
folder, version = sys.argv[1:]
info = f"sesame_test-{version}.dist-info"
with zipfile.ZipFile(f"{folder}/sesame_test-{version}-py3-none-any.whl", "w") as wheel:
    wheel.writestr("sesame_test.py", f"VERSION = '{version}'\n")
    wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: sesame-test\nVersion: {version}\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr(f"{info}/RECORD", "")
"#;

/// A folder of this test's own, with wheels of the versions 1 and 2.
fn folder(name: &str) -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("environments").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    for version in ["1", "2"] {
        let status = programs::python().args(["-c", WHEEL]).arg(&folder).arg(version).status()?;
        ensure!(status.success(), "no wheel: {status}");
    }
    Ok(folder)
}

/// The environment with one package as this line asks for it, from the folder's wheels alone.
fn asked_for(folder: &Path, requirement: &str) -> Result<PathBuf> {
    let file = folder.join(format!("{requirement}.txt"));
    fs::write(&file, format!("--no-index\n--find-links {}\n{requirement}\n", folder.display()))?;
    environment(&folder.join("made"), programs::python().get_program(), &[file])
}

fn version_in(python: &Path) -> Result<String> {
    let output = Command::new(python).args(["-c", "import sesame_test; print(sesame_test.VERSION)"]).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

fn names_in(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.join("made"))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.retain(|name| name != "lock");
    Ok(names)
}

#[test]
fn other_requirements_make_another_environment() -> Result<()> {
    let folder = folder("other")?;
    let (one, two) = (asked_for(&folder, "sesame-test==1")?, asked_for(&folder, "sesame-test==2")?);
    assert_eq!((version_in(&one)?, version_in(&two)?), ("1".to_owned(), "2".to_owned()));
    // And the first is taken again as it is: its wheel is not even there any more.
    fs::remove_file(folder.join("sesame_test-1-py3-none-any.whl"))?;
    assert_eq!(asked_for(&folder, "sesame-test==1")?, one);
    assert_eq!(names_in(&folder)?.len(), 2);
    Ok(())
}

#[test]
fn many_at_once_have_one_and_the_same() -> Result<()> {
    let folder = folder("many")?;
    let made: Vec<_> = thread::scope(|scope| {
        let asking: Vec<_> = (0..3).map(|_| scope.spawn(|| asked_for(&folder, "sesame-test==1"))).collect();
        asking.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for python in made {
        assert_eq!(version_in(&python?)?, "1");
    }
    assert_eq!(names_in(&folder)?.len(), 1);
    Ok(())
}

#[test]
fn what_cannot_be_had_is_named_and_leaves_nothing_that_is_taken_for_whole() -> Result<()> {
    let folder = folder("missing")?;
    for _ in 0..2 {
        let error = asked_for(&folder, "sesame-test==3").err().context("there is no version 3")?;
        let error = format!("{error:#}");
        assert!(error.contains("No matching distribution found for sesame-test==3 (pip gets it from"), "{error}");
        assert!(names_in(&folder)?.iter().all(|name| name.starts_with("incomplete-")), "{:?}", names_in(&folder)?);
    }
    // What was left in the middle is cleared away by the next that makes one.
    let one = asked_for(&folder, "sesame-test==1")?;
    assert_eq!(version_in(&one)?, "1");
    assert_eq!(names_in(&folder)?.len(), 1);
    Ok(())
}

#[test]
fn no_python_is_an_error_that_names_it() -> Result<()> {
    let made = environment(&folder("none")?.join("made"), OsStr::new("/nowhere/python3"), &[]);
    let error = format!("{:#}", made.err().context("there is no such Python")?);
    assert!(error.starts_with("cannot run /nowhere/python3: "), "{error}");
    Ok(())
}
