//! Compiles files for exercises. They are not in the workspace, so that a broken one breaks nothing else.
//!
//! One package is generated in `target/exercises`, with one binary for each file. The binary's source is
//! the learner's file itself, so the compiler's messages name it. With a harness, it is a copy of `harness.rs` to which
//! the learner's file is added as the module `exercise`.

use std::env;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use rustix::fs::{FlockOperation, flock};

use crate::exercise::Kind;
use crate::program::Source;

/// The packages that a file may use: those of the lessons, in the versions of the workspace.
const DEPENDENCIES: [&str; 16] = [
    "anyhow",
    "auth",
    "base64",
    "chrono",
    "hmac",
    "md-5",
    "rand",
    "serde_json",
    "sha2",
    "signal-hook",
    "socketserver",
    "subtle",
    "timestamp",
    "token",
    "wire",
    "zeroize",
];

/// Compiles all Rust files among these, and returns the compiler's warnings.
///
/// # Errors
/// Returns an error with the compiler's messages if one of them cannot be compiled.
pub fn build(sources: &[Source]) -> Result<String> {
    let sources: Vec<&Source> = sources.iter().filter(|source| source.kind == Kind::Rust).collect();
    if sources.is_empty() {
        return Ok(String::new());
    }
    let folder = programs::target()?.join("exercises");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    // Another process may check an exercise at the same time.
    let lock = File::create(folder.join("lock")).context("cannot create the lock file")?;
    flock(&lock, FlockOperation::LockExclusive).context("cannot lock")?;

    let mut manifest = manifest()?;
    for source in &sources {
        let name = binary(source);
        let main = main_file(source, &folder.join(&name).with_extension("rs"))?;
        manifest += &format!("\n[[bin]]\nname = {name:?}\npath = {main:?}\n");
    }
    if !folder.join("Cargo.toml").exists() {
        cli::warn!("Compiling the packages of the lessons. This is done once, and may take a minute.");
    }
    fs::write(folder.join("Cargo.toml"), manifest).context("cannot write Cargo.toml")?;
    fs::copy(programs::root().join("Cargo.lock"), folder.join("Cargo.lock")).context("cannot copy Cargo.lock")?;
    let output = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
        .current_dir(&folder)
        // Not --offline: whoever has built only this tool lacks some of the packages.
        .args(["build", "--quiet", "--keep-going", "--target-dir"])
        .arg(programs::target()?)
        .output()
        .context("cannot run cargo")?;
    let messages = String::from_utf8_lossy(&output.stderr);
    // The last one names the generated package, which means nothing to the learner.
    let (messages, _) = messages.split_once("\nerror: could not compile").unwrap_or((&messages, ""));
    ensure!(output.status.success(), "{}", messages.trim_end());
    Ok(messages.to_owned())
}

/// Returns the compiled program of a file.
///
/// # Errors
/// Returns an error if this program does not know its own path.
pub fn executable(source: &Source) -> Result<PathBuf> {
    Ok(programs::target()?.join("debug").join(binary(source)).with_extension(env::consts::EXE_EXTENSION))
}

/// Returns the name of a file's binary. All are in one folder, so it depends on the file's path.
fn binary(source: &Source) -> String {
    let mut hasher = DefaultHasher::new();
    source.path.hash(&mut hasher);
    format!("{}-{:08x}", source.exercise.name, hasher.finish() as u32)
}

/// Returns the file with `main`: the source, or the harness with the source as a module.
fn main_file(source: &Source, generated: &Path) -> Result<PathBuf> {
    let harness = source.exercise.folder().join("harness.rs");
    if !harness.exists() {
        return Ok(source.path.clone());
    }
    let harness = fs::read_to_string(&harness).with_context(|| format!("cannot read {}", harness.display()))?;
    let text = format!("{harness}\n#[path = {:?}]\nmod exercise;\n", source.path);
    // A file that does not change is not compiled again.
    if fs::read_to_string(generated).ok().as_ref() != Some(&text) {
        fs::write(generated, text).with_context(|| format!("cannot write {}", generated.display()))?;
    }
    Ok(generated.to_owned())
}

/// Returns the manifest without binaries. Editions and versions come from the workspace's manifest.
fn manifest() -> Result<String> {
    let root = programs::root();
    let workspace = fs::read_to_string(root.join("Cargo.toml")).context("cannot read the workspace's Cargo.toml")?;
    let table = |name: &str| {
        let (_, rest) = workspace.split_once(&format!("\n[{name}]\n")).with_context(|| format!("no [{name}]"))?;
        Ok::<_, anyhow::Error>(rest.split("\n[").next().unwrap_or(rest).to_owned())
    };
    let versions = table("workspace.dependencies")?.replace("path = \"", &format!("path = \"{}/", root.display()));
    let dependencies = DEPENDENCIES.map(|name| format!("{name}.workspace = true\n")).concat();
    Ok(format!(
        "[workspace]\nresolver = \"3\"\n\n[workspace.package]\n{}\n[workspace.dependencies]\n{versions}\n\
         [profile.dev]\n{}\n[package]\nname = \"exercise-files\"\nedition.workspace = true\npublish = false\n\n\
         [dependencies]\n{dependencies}",
        table("workspace.package")?,
        table("profile.dev")?,
    ))
}
