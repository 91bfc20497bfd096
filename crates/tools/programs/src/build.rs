use std::collections::HashSet;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use anyhow::{Context, Result, anyhow, ensure};

use crate::venv::environment;

/// Which of a program's two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// `examples/NAME/src/main.rs`, built here if it is not yet.
    Rust,
    /// `examples/NAME/main.py`, its twin, run by what [`python_for`] says.
    Python,
}

impl Language {
    /// Both.
    pub const ALL: [Language; 2] = [Language::Rust, Language::Python];
    /// A server's language and its client's: all four.
    pub const PAIRINGS: [(Language, Language); 4] = [
        (Language::Rust, Language::Rust),
        (Language::Rust, Language::Python),
        (Language::Python, Language::Rust),
        (Language::Python, Language::Python),
    ];
}

/// The workspace's folder.
pub fn root() -> &'static Path {
    // Three folders above this package's own.
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).unwrap_or(Path::new("."))
}

/// The folders of all programs, from the workspace's folder: `examples/lesson-1-gate/gate-server`.
///
/// # Errors
/// Returns an error if `examples/` cannot be read.
pub fn folders() -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for lesson in fs::read_dir(root().join("examples")).context("cannot read examples/")? {
        for program in fs::read_dir(lesson?.path()).context("cannot read a folder of examples/")? {
            let folder = program?.path();
            if folder.join("Cargo.toml").exists() {
                folders.push(folder.strip_prefix(root())?.to_owned());
            }
        }
    }
    folders.sort();
    Ok(folders)
}

/// The folder of a program, from the workspace's folder.
///
/// # Errors
/// Returns an error if there is no such program.
pub fn folder(name: &str) -> Result<PathBuf> {
    let mut folders = folders()?.into_iter();
    folders.find(|folder| folder.ends_with(name)).with_context(|| format!("there is no program {name} in examples/"))
}

/// A command that runs a program of `examples/`; options are for the caller to add.
///
/// The variable `OPEN_SESAME_KEY` is not handed on: what the program does must not hang on who runs it.
///
/// # Errors
/// What cargo says where the program cannot be built, or [`python_for`] where its packages cannot be had.
pub fn command(name: &str, language: Language) -> Result<Command> {
    let mut command = match language {
        Language::Rust => Command::new(built(name)?),
        Language::Python => {
            let mut command = python_for(name)?;
            command.arg(root().join(folder(name)?).join("main.py"));
            command
        }
    };
    command.env_remove("OPEN_SESAME_KEY");
    Ok(command)
}

/// Builds several programs at once and shows cargo's progress on standard error, so that somebody who waits sees why.
/// [`command`] then takes them as they are.
///
/// # Errors
/// Where cargo cannot be run, or cannot build them.
pub fn build(names: &[&str]) -> Result<()> {
    let mut built = built_names();
    cargo_build(names, &[])?;
    built.get_or_insert_default().extend(names.iter().map(ToString::to_string));
    Ok(())
}

/// Builds every program that has a twin, as [`build`] does: for who starts one that builds others, and waits for it.
///
/// # Errors
/// As [`build`].
pub fn build_all() -> Result<()> {
    let mut names = Vec::new();
    for folder in folders()? {
        if root().join(&folder).join("main.py").exists() {
            names.extend(folder.file_name().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    build(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// A command that runs `python3`, or what the variable `PYTHON` names; what it is to run is for the caller to add.
pub fn python() -> Command {
    Command::new(python_name())
}

/// A command that runs the Python for a program's twin: [`python`], or where a `requirements.txt` stands beside the twin
/// the interpreter of a virtual environment in `target/`, which is made when it is first asked for. One serves all programs.
///
/// # Errors
/// Which package cannot be had, and how to get it. It is not tried again as long as this process lives.
pub fn python_for(name: &str) -> Result<Command> {
    static MADE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    if !root().join(folder(name)?).join("requirements.txt").exists() {
        return Ok(python());
    }
    let made = MADE.get_or_init(|| environment_for_all().map_err(|error| format!("{error:#}")));
    made.as_ref().map(Command::new).map_err(|error| anyhow!("{error}"))
}

fn environment_for_all() -> Result<PathBuf> {
    let files = folders()?.into_iter().map(|folder| root().join(folder).join("requirements.txt"));
    let files: Vec<_> = files.filter(|file| file.exists()).collect();
    environment(&target()?.join("python"), &python_name(), &files)
}

fn python_name() -> OsString {
    env::var_os("PYTHON").unwrap_or("python3".into())
}

/// The program's executable, beside the one that is running, brought up to date with its source.
fn built(name: &str) -> Result<PathBuf> {
    let mut built = built_names();
    let built = built.get_or_insert_default();
    if !built.contains(name) {
        cargo_build(&[name], &["--quiet"])?;
        built.insert(name.to_owned());
    }
    Ok(folder_of_executables()?.join(name).with_extension(env::consts::EXE_EXTENSION))
}

/// What this process has built, held by one thread at a time.
fn built_names() -> MutexGuard<'static, Option<HashSet<String>>> {
    static BUILT: Mutex<Option<HashSet<String>>> = Mutex::new(None);
    BUILT.lock().unwrap_or_else(PoisonError::into_inner)
}

fn cargo_build(names: &[&str], options: &[&str]) -> Result<()> {
    let folder = folder_of_executables()?;
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        None | Some("debug") => "dev",
        Some(name) => name,
    };
    let status = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
        .current_dir(root())
        .args(["build", "--profile", profile])
        .arg("--target-dir")
        .arg(target()?)
        .args(options)
        .args(names.iter().flat_map(|name| ["--package", name]))
        .status()
        .context("cannot run cargo")?;
    ensure!(status.success(), "cargo could not build {}", names.join(", "));
    Ok(())
}

fn target() -> Result<PathBuf> {
    let folder = folder_of_executables()?;
    Ok(folder.parent().context("executables stand in a profile's folder")?.to_owned())
}

fn folder_of_executables() -> Result<PathBuf> {
    let executable = env::current_exe().context("this program does not know where it is")?;
    let folder = executable.parent().context("this program is in no folder")?;
    // Tests are one folder deeper than programs.
    let folder = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
    Ok(folder.to_owned())
}
