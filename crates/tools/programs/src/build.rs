use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};

use anyhow::{Context, Result, anyhow, ensure};

use crate::sigint;
use crate::venv::{environment, interpreter};

/// The language of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// `src/main.rs` in the program's folder, compiled.
    Rust,
    /// `main.py` in the same folder, run by the interpreter that [`python_for`] returns.
    Python,
}

impl Language {
    /// Both languages.
    pub const ALL: [Language; 2] = [Language::Rust, Language::Python];
    /// All four pairings of a server's language and its client's.
    pub const PAIRINGS: [(Language, Language); 4] = [
        (Language::Rust, Language::Rust),
        (Language::Rust, Language::Python),
        (Language::Python, Language::Rust),
        (Language::Python, Language::Python),
    ];
}

/// Returns the folder of the workspace.
pub fn root() -> &'static Path {
    // This package is three folders below it.
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).unwrap_or(Path::new("."))
}

/// Returns the folders of all programs, relative to the workspace: `examples/lesson-1-gate/gate-server`.
pub fn folders() -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for group in fs::read_dir(root().join("examples")).context("cannot read examples/")? {
        let group = group?.path();
        let inner = fs::read_dir(&group).context("cannot read a folder of examples/")?;
        let inner = inner.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        // exercises is the only program that is not in a group.
        for folder in inner.into_iter().chain([group]) {
            if folder.join("Cargo.toml").exists() {
                folders.push(folder.strip_prefix(root())?.to_owned());
            }
        }
    }
    folders.sort();
    Ok(folders)
}

/// Returns the folder of a program, relative to the workspace.
///
/// # Errors
/// Returns an error if there is no such program.
pub fn folder(name: &str) -> Result<PathBuf> {
    let mut folders = folders()?.into_iter();
    folders.find(|folder| folder.ends_with(name)).with_context(|| format!("there is no program {name} in examples/"))
}

/// Returns a command that runs a program of `examples/`, without options. A Rust program is compiled first if
/// necessary.
///
/// The program does not inherit `OPEN_SESAME_KEY`, so that it behaves the same whoever runs it.
pub fn command(name: &str, language: Language) -> Result<Command> {
    let mut command = match language {
        Language::Rust => Command::new(executable(name)?),
        Language::Python => {
            let mut command = python_for(name)?;
            // Naive programs do not flush what they print. And a package may warn that it will drop this version of Python.
            command
                .env("PYTHONUNBUFFERED", "1")
                .env("PYTHONWARNINGS", "ignore::UserWarning")
                .arg(root().join(folder(name)?).join("main.py"));
            command
        }
    };
    command.env_remove("OPEN_SESAME_KEY");
    Ok(command)
}

/// Compiles these programs, with cargo's progress on standard error for a user who waits.
///
/// # Errors
/// Returns an error if one of them cannot be compiled.
pub fn build(names: &[&str]) -> Result<()> {
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let names = names.iter().map(ToString::to_string).collect();
    cargo_build(&names, &[])?;
    built.extend(names);
    Ok(())
}

/// Compiles every program that has a Python twin, as [`build`] does.
///
/// # Errors
/// Returns an error if one of them cannot be compiled.
pub fn build_all() -> Result<()> {
    build(&programs_with_twins()?.iter().map(String::as_str).collect::<Vec<_>>())
}

fn programs_with_twins() -> Result<BTreeSet<String>> {
    let with_twins = folders()?.into_iter().filter(|folder| root().join(folder).join("main.py").exists());
    Ok(with_twins.filter_map(|folder| Some(folder.file_name()?.to_string_lossy().into_owned())).collect())
}

/// Returns a command that runs `python3`, or the interpreter that the variable `PYTHON` names.
pub fn python() -> Command {
    sigint::restore_in_children();
    static EXECUTABLE: OnceLock<OsString> = OnceLock::new();
    Command::new(EXECUTABLE.get_or_init(|| {
        let name = env::var_os("PYTHON").unwrap_or("python3".into());
        // Asked only once: a shim such as pyenv's takes longer to find the interpreter than the interpreter to start.
        interpreter(&name).map_or(name, |(_, executable)| executable.into())
    }))
}

/// Returns a command that runs Python with the packages that a program requires.
///
/// That is [`python`], unless the program has a `requirements.txt`: then it is the interpreter of a virtual environment
/// in `target/python`. All programs share one, which is created when it is first needed.
///
/// # Errors
/// Returns an error if a package is not available. This process does not try again.
pub fn python_for(name: &str) -> Result<Command> {
    static INTERPRETER: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    if !root().join(folder(name)?).join("requirements.txt").exists() {
        return Ok(python());
    }
    let interpreter = INTERPRETER.get_or_init(|| environment_for_all().map_err(|error| format!("{error:#}")));
    interpreter.as_ref().map(Command::new).map_err(|error| anyhow!("{error}"))
}

fn environment_for_all() -> Result<PathBuf> {
    let files = folders()?.into_iter().map(|folder| root().join(folder).join("requirements.txt"));
    let files: Vec<_> = files.filter(|file| file.exists()).collect();
    environment(&target()?.join("python"), python().get_program(), &files)
}

/// The programs that this process has compiled. The lock lets one thread at a time run cargo.
static BUILT: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Returns the program's executable, which is next to the running one, after compiling its current source.
fn executable(name: &str) -> Result<PathBuf> {
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    if !built.contains(name) {
        // If nothing has changed, cargo needs as long to find that out for one program as for all.
        let mut names = programs_with_twins()?;
        names.insert(name.to_owned());
        cargo_build(&names, &["--quiet"])?;
        built.extend(names);
    }
    Ok(executables()?.join(name).with_extension(env::consts::EXE_EXTENSION))
}

fn cargo_build(names: &BTreeSet<String>, options: &[&str]) -> Result<()> {
    let folder = executables()?;
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        None | Some("debug") => "dev",
        Some(name) => name,
    };
    let status = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
        .current_dir(root())
        .args(["build", "--profile", profile])
        .arg("--target-dir")
        .arg(target()?)
        // Cargo enables the features that the selected packages need. With `--workspace` and `--examples` (there are
        // none), they are the same as for `cargo test --workspace`, so that no dependency has to be compiled again.
        .args(["--workspace", "--examples"])
        .args(options)
        .args(names.iter().flat_map(|name| ["--bin", name.as_str()]))
        .status()
        .context("cannot run cargo")?;
    ensure!(status.success(), "cargo could not build {names:?}");
    Ok(())
}

/// Returns cargo's folder for all that it builds: `target`.
pub fn target() -> Result<PathBuf> {
    Ok(executables()?.parent().context("the executables are not in the folder of a profile")?.to_owned())
}

/// Returns the folder of the profile: `target/debug`.
fn executables() -> Result<PathBuf> {
    let executable = env::current_exe().context("this program does not know its own path")?;
    let folder = executable.parent().context("this program is not in a folder")?;
    // A test is one folder deeper than a program.
    let folder = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
    Ok(folder.to_owned())
}
