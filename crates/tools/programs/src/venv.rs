use std::ffi::OsStr;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio, id};

use anyhow::{Context, Result, ensure};
use rustix::fs::{FlockOperation, flock};
use rustix::io::retry_on_intr;

/// A folder half made begins with this, and has no other name until it is whole.
const HALF_MADE: &str = "half-made-";

/// The interpreter of a virtual environment in `folder` that has the packages which these files list, made by
/// `python` and its pip if it is not there yet.
///
/// It is named by what it is made of, so that other packages or another `python` have another. Processes may ask
/// for the same one at the same time: one makes it, the others wait.
///
/// # Errors
/// What `python` or pip says, and what to do about it.
pub fn environment(folder: &Path, python: &OsStr, requirements: &[PathBuf]) -> Result<PathBuf> {
    let (version, executable) = interpreter(python)?;
    let mut listed = Vec::new();
    for file in requirements {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        listed.extend(text.lines().map(str::to_owned));
    }
    listed.sort();
    listed.dedup();
    let mut digest = DefaultHasher::new();
    (executable, &listed).hash(&mut digest);
    let whole = folder.join(format!("{version}-{:016x}", digest.finish()));

    if !whole.is_dir() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let lock = File::create(folder.join("lock")).context("cannot make a lock")?;
        retry_on_intr(|| flock(&lock, FlockOperation::LockExclusive)).context("cannot lock")?;
        // Another process may have made it meanwhile.
        if !whole.is_dir() {
            clear(folder)?;
            let half = folder.join(format!("{HALF_MADE}{}", id()));
            make(&half, python)?;
            install(&half, requirements)
                .with_context(|| format!("cannot install for {}: {}", python.display(), listed.join(", ")))?;
            // At one stroke, so that who is cut off before it leaves nothing of this name.
            fs::rename(&half, &whole).with_context(|| format!("cannot rename {}", half.display()))?;
        }
    }
    Ok(interpreter_in(&whole))
}

/// What a process that was ended in the middle has left.
fn clear(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(HALF_MADE) {
            fs::remove_dir_all(entry.path()).with_context(|| format!("cannot remove {}", entry.path().display()))?;
        }
    }
    Ok(())
}

/// Its version, and which one it really is: `python3` may be another tomorrow.
fn interpreter(python: &OsStr) -> Result<(String, String)> {
    let script = "import sys; print('%d.%d.%d' % sys.version_info[:3]); print(sys.executable)";
    let output = run(Command::new(python).args(["-c", script]))?;
    ensure!(output.status.success(), "{} ends with {}", python.display(), output.status);
    let text = String::from_utf8_lossy(&output.stdout);
    let (version, executable) = text.split_once('\n').with_context(|| format!("{} is no Python", python.display()))?;
    Ok((version.trim().to_owned(), executable.trim().to_owned()))
}

fn make(half: &Path, python: &OsStr) -> Result<()> {
    let output = run(Command::new(python).args(["-m", "venv"]).arg(half))?;
    ensure!(
        output.status.success(),
        "{} cannot make a virtual environment: {} (Debian has it in the package python3-venv)",
        python.display(),
        last_word(&output)
    );
    Ok(())
}

fn install(half: &Path, requirements: &[PathBuf]) -> Result<()> {
    let mut pip = Command::new(interpreter_in(half));
    pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]);
    for file in requirements {
        pip.arg("--requirement").arg(file);
    }
    let output = run(&mut pip)?;
    ensure!(
        output.status.success(),
        "{} (pip gets it from https://pypi.org, or from a folder of wheels that PIP_FIND_LINKS names)",
        last_word(&output)
    );
    Ok(())
}

/// The last line in which it says an error, or the last of any.
fn last_word(output: &Output) -> String {
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
