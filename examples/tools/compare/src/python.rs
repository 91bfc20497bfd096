//! The Python that the twins run with.

use std::process::Stdio;

use anyhow::{Context, Result, ensure};

/// Returns its version, such as `Python 3.12.1`.
pub(crate) fn version() -> Result<String> {
    let mut command = programs::python();
    let name = command.get_program().display().to_string();
    let output = command
        .args(["-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])"])
        .stderr(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {name}"))?;
    ensure!(output.status.success(), "{name} ends with {}", output.status);
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let numbers: Vec<u32> = version.split('.').map_while(|number| number.parse().ok()).collect();
    ensure!(numbers >= vec![3, 8], "{name} is Python {version}, which is too old");
    Ok(format!("Python {version}"))
}

/// Returns what this program's twin lacks and how to get it, or `None` if the twin can run.
pub(crate) fn missing(program: &str) -> Option<String> {
    if let Err(error) = version() {
        return Some(format!(
            "{error:#}. The twins need Python 3.8 or later: `apt install python3`, `brew install python` or \
             https://www.python.org/downloads/. To use another interpreter than python3, set the variable PYTHON"
        ));
    }
    programs::python_for(program).err().map(|error| format!("{error:#}"))
}
