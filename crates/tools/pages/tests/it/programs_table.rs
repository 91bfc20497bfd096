//! README has each program's command, and links to the program and its twin.

use anyhow::{Result, ensure};
use pages::Page;

#[test]
fn readme_has_every_program() -> Result<()> {
    let readme = Page::read("README.md")?;
    let folders = programs::folders()?;
    for folder in &folders {
        let command = format!("cargo run -p {}", folder.file_name().unwrap_or_default().display());
        ensure!(readme.codes.contains(&command), "README has no {command}");
        for file in ["src/main.rs", "main.py"].map(|file| folder.join(file)) {
            let linked = readme.links.contains(&file.display().to_string());
            ensure!(linked || !programs::root().join(&file).exists(), "README has no link to {}", file.display());
        }
    }
    ensure!(folders.len() >= 14, "{} programs", folders.len());
    Ok(())
}
