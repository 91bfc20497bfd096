//! Every code block is of a kind that a test compares with the project.

use anyhow::{Context, Result, bail, ensure};
use pages::Block;
use regex_lite::Regex;

#[test]
fn every_block_is_of_a_known_kind() -> Result<()> {
    for block in pages::all()?.iter().flat_map(|page| &page.blocks) {
        kind(block).with_context(|| format!("{block}: `{} {}`", block.language, block.words.join(" ")))?;
    }
    Ok(())
}

#[test]
fn every_lesson_has_a_block_of_every_kind() -> Result<()> {
    let lessons = pages::lessons()?;
    ensure!(lessons.len() >= 6, "{} lessons", lessons.len());
    for lesson in lessons {
        for wanted in ["picture", "listing in rust", "listing in python", "transcript", "wire", "tour"] {
            let has = lesson.blocks.iter().any(|block| kind(block).is_ok_and(|kind| kind == wanted));
            ensure!(has, "{} has no {wanted}", lesson.path.display());
        }
    }
    Ok(())
}

#[test]
fn a_picture_names_what_exists() -> Result<()> {
    let name = Regex::new(r"\b(?:[a-z]+-(?:server|client)\b|(?:crates|examples|docs)/[\w./-]*)")?;
    for block in pages::all()?.iter().flat_map(|page| &page.blocks).filter(|block| block.says("picture")) {
        for name in name.find_iter(&block.text).map(|name| name.as_str()) {
            let exists = programs::root().join(name).exists() && name.contains('/') || programs::folder(name).is_ok();
            ensure!(exists, "{block}: there is no {name}");
        }
    }
    Ok(())
}

fn kind(block: &Block) -> Result<&'static str> {
    let words: Vec<&str> = block.words.iter().map(|word| word.split('=').next().unwrap_or(word)).collect();
    match (block.language.as_str(), &words[..]) {
        ("rust", ["from"]) => Ok("listing in rust"),
        ("python", ["from"]) => Ok("listing in python"),
        ("console", ["scene", "terminal"]) if block.text.starts_with("$ cargo run -p wiretap ") => Ok("wire"),
        ("console", ["scene", "terminal"] | ["scene", "terminal", "stays"]) => Ok("transcript"),
        ("console", ["scene", "terminal", "tour"]) => Ok("tour"),
        ("sh", []) => Ok("command"),
        ("text", ["picture"]) => Ok("picture"),
        ("text", ["matrix"]) => Ok("matrix"),
        _ => bail!("no test compares blocks of this kind; crates/tools/pages/src/lib.rs lists the kinds"),
    }
}
