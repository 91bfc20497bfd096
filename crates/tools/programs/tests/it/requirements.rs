//! What a twin needs stands twice: in its requirements.txt, for pip, and in its own header, for what reads PEP 723.

use std::fs;

use anyhow::{Context, Result};

#[test]
fn a_twins_header_lists_what_its_requirements_do() -> Result<()> {
    let mut with_requirements = 0;
    for folder in programs::folders()? {
        let folder = programs::root().join(folder);
        let Ok(twin) = fs::read_to_string(folder.join("main.py")) else { continue };
        let required = fs::read_to_string(folder.join("requirements.txt")).ok();
        with_requirements += usize::from(required.is_some());
        let quoted = |line: &str| format!("\"{line}\"");
        let required = required.map(|text| text.lines().map(quoted).collect::<Vec<_>>().join(", "));
        assert_eq!(listed_in_header(&twin)?, required, "{}", folder.display());
    }
    assert!(with_requirements > 0, "no twin has any");
    Ok(())
}

/// What stands between the brackets of `dependencies`, if there is a header.
fn listed_in_header(script: &str) -> Result<Option<String>> {
    let Some((_, header)) = script.split_once("# /// script\n") else { return Ok(None) };
    let (header, _) = header.split_once("# ///\n").context("a header without an end")?;
    assert!(header.contains("# requires-python = \">=3.8\"\n"), "{header}");
    let (_, listed) = header.split_once("# dependencies = [").context("a header without dependencies")?;
    let (listed, _) = listed.split_once("]\n").context("dependencies without an end")?;
    Ok(Some(listed.to_owned()))
}
