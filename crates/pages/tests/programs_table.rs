//! README's table has a row for each program, and each row a program.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, ensure};
use pages::{Page, Row};

#[test]
fn every_program_has_its_row() -> Result<()> {
    let mut folders = BTreeSet::new();
    for entry in fs::read_dir(programs::root().join("examples"))? {
        let entry = entry?;
        if entry.path().join("Cargo.toml").exists() {
            folders.insert(entry.file_name().into_string().ok().context("a folder's name is no UTF-8")?);
        }
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
        let folder = format!("examples/{name}");
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
