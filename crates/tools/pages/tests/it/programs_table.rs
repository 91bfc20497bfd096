//! README's table has a row for each program, and each row a program.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use pages::{Page, Row};

#[test]
fn every_program_has_its_row() -> Result<()> {
    let mut folders = BTreeSet::new();
    for folder in programs::folders()? {
        let name = folder.file_name().and_then(|name| name.to_str()).context("a folder's name is no UTF-8")?;
        folders.insert(name.to_owned());
    }
    let readme = Page::read("README.md")?;
    let rows: BTreeSet<String> = readme.rows.iter().filter_map(program).map(str::to_owned).collect();
    ensure!(!rows.is_empty(), "README.md has no table of the programs");
    ensure!(rows == folders, "README's rows are {rows:?}, the folders of examples/ {folders:?}");
    Ok(())
}

#[test]
fn a_row_leads_to_the_program_and_its_twin() -> Result<()> {
    for row in Page::read("README.md")?.rows {
        let Some(name) = program(&row) else { continue };
        let folder = programs::folder(name)?.display().to_string();
        for file in [format!("{folder}/src/main.rs"), format!("{folder}/main.py")] {
            // Where there is no twin, there is no link; that what is linked exists is tested elsewhere.
            let there = programs::root().join(&file).exists();
            ensure!(
                row.links.contains(&file) == there,
                "{name}: {file} is there: {there}; linked in its row: {}",
                !there
            );
        }
    }
    Ok(())
}

fn program(row: &Row) -> Option<&str> {
    row.codes.iter().find_map(|code| code.strip_prefix("cargo run -p "))
}
