use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use rustix::fs::{FlockOperation, flock};
use rustix::io::retry_on_intr;

/// Returns the interpreter of a virtual environment in `folder` with the packages that the `requirements` files list.
/// If there is no such environment yet, `python` and its pip create it.
///
/// The name of an environment contains a hash of its requirements and its interpreter, so that others have another one.
/// If several processes want the same one, the first creates it and the others wait.
///
/// # Errors
/// Returns an error if `python` or pip fails. It says why, and what to do.
pub fn environment(folder: &Path, python: &OsStr, requirements: &[PathBuf]) -> Result<PathBuf> {
    let (version, executable) = interpreter(python)?;
    let mut listed = BTreeSet::new();
    for file in requirements {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        listed.extend(text.lines().map(str::to_owned));
    }
    let mut hasher = DefaultHasher::new();
    (executable, &listed).hash(&mut hasher);
    let complete = folder.join(format!("{version}-{:016x}", hasher.finish()));

    if !complete.is_dir() {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let lock = File::create(folder.join("lock")).context("cannot create the lock file")?;
        retry_on_intr(|| flock(&lock, FlockOperation::LockExclusive)).context("cannot lock")?;
        // Another process may have created it while this one waited.
        if !complete.is_dir() {
            // It gets its final name when it is complete.
            let incomplete = folder.join("incomplete");
            create(&incomplete, python, requirements)
                .with_context(|| format!("cannot install for {}: {listed:?}", python.display()))?;
            fs::rename(&incomplete, &complete).with_context(|| format!("cannot rename {}", incomplete.display()))?;
        }
    }
    Ok(interpreter_in(&complete))
}

/// Returns the version and the path of the interpreter that a name such as `python3` stands for.
pub(crate) fn interpreter(python: &OsStr) -> Result<(String, String)> {
    let script = "import sys; print('%d.%d.%d' % sys.version_info[:3], sys.executable)";
    let text = run(Command::new(python).args(["-c", script]), "the variable PYTHON names the interpreter")?;
    let (version, executable) = text.split_once(' ').context("the interpreter does not print its version")?;
    Ok((version.to_owned(), executable.to_owned()))
}

fn create(folder: &Path, python: &OsStr, requirements: &[PathBuf]) -> Result<()> {
    // A process that was killed may have left another.
    let venv = ["-m", "venv", "--clear"];
    run(Command::new(python).args(venv).arg(folder), "on Debian, install python3-venv")?;
    let mut pip = Command::new(interpreter_in(folder));
    pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]);
    for file in requirements {
        pip.arg("--requirement").arg(file);
    }
    run(&mut pip, "pip gets it from https://pypi.org, or from a folder of wheels that PIP_FIND_LINKS names")?;
    Ok(())
}

/// Returns what a command prints. If it fails, the error has its last line and the advice.
fn run(command: &mut Command, advice: &str) -> Result<String> {
    let name = command.get_program().display().to_string();
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot run {name}"))?;
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).trim().to_owned());
    let last = err.lines().last().or(out.lines().last()).unwrap_or_default();
    ensure!(output.status.success(), "{name} ended with {}: {last} ({advice})", output.status);
    Ok(out)
}

fn interpreter_in(environment: &Path) -> PathBuf {
    environment.join("bin").join("python")
}
