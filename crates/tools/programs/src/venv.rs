use std::ffi::OsStr;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

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
    let mut listed = Vec::new();
    for file in requirements {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        listed.extend(text.lines().map(str::to_owned));
    }
    listed.sort();
    listed.dedup();
    let mut hasher = DefaultHasher::new();
    (executable, &listed).hash(&mut hasher);
    let complete = folder.join(format!("{version}-{:016x}", hasher.finish()));

    if !complete.is_dir() {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let lock = File::create(folder.join("lock")).context("cannot create the lock file")?;
        retry_on_intr(|| flock(&lock, FlockOperation::LockExclusive)).context("cannot lock")?;
        // Another process may have created it while this one waited.
        if !complete.is_dir() {
            // It gets its final name when it is complete. A process that was killed may have left another.
            let incomplete = folder.join("incomplete");
            if incomplete.exists() {
                fs::remove_dir_all(&incomplete).with_context(|| format!("cannot remove {}", incomplete.display()))?;
            }
            create(&incomplete, python)?;
            install(&incomplete, requirements)
                .with_context(|| format!("cannot install for {}: {}", python.display(), listed.join(", ")))?;
            fs::rename(&incomplete, &complete).with_context(|| format!("cannot rename {}", incomplete.display()))?;
        }
    }
    Ok(interpreter_in(&complete))
}

/// Returns the version and the path of the interpreter that a name such as `python3` stands for.
pub(crate) fn interpreter(python: &OsStr) -> Result<(String, String)> {
    let script = "import sys; print('%d.%d.%d' % sys.version_info[:3]); print(sys.executable)";
    let output = run(Command::new(python).args(["-c", script]))?;
    ensure!(output.status.success(), "{} ends with {}", python.display(), output.status);
    let text = String::from_utf8_lossy(&output.stdout);
    let (version, executable) =
        text.split_once('\n').with_context(|| format!("{} is not a Python interpreter", python.display()))?;
    Ok((version.trim().to_owned(), executable.trim().to_owned()))
}

fn create(folder: &Path, python: &OsStr) -> Result<()> {
    let output = run(Command::new(python).args(["-m", "venv"]).arg(folder))?;
    ensure!(
        output.status.success(),
        "{} cannot create a virtual environment: {} (on Debian, install python3-venv)",
        python.display(),
        reason(&output)
    );
    Ok(())
}

fn install(environment: &Path, requirements: &[PathBuf]) -> Result<()> {
    let mut pip = Command::new(interpreter_in(environment));
    pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]);
    for file in requirements {
        pip.arg("--requirement").arg(file);
    }
    let output = run(&mut pip)?;
    ensure!(
        output.status.success(),
        "{} (pip gets it from https://pypi.org, or from a folder of wheels that PIP_FIND_LINKS names)",
        reason(&output)
    );
    Ok(())
}

/// Returns the last line that reports an error, or else the last line.
fn reason(output: &Output) -> String {
    let text = [output.stderr.as_slice(), &output.stdout].map(String::from_utf8_lossy);
    let lines = || text.iter().flat_map(|text| text.lines().rev()).map(str::trim).filter(|line| !line.is_empty());
    let line = lines().find_map(|line| line.strip_prefix("ERROR: ")).or(lines().next());
    line.map_or(output.status.to_string(), str::to_owned)
}

fn run(command: &mut Command) -> Result<Output> {
    let name = command.get_program().display().to_string();
    command.stdin(Stdio::null()).output().with_context(|| format!("cannot run {name}"))
}

fn interpreter_in(environment: &Path) -> PathBuf {
    environment.join("bin").join("python")
}
