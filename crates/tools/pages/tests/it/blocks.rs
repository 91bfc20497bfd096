//! Every code block says what it is, in a way that some test here holds it to.

use anyhow::{Context, Result, ensure};
use pages::{Block, Page};
use regex_lite::Regex;

#[test]
fn every_block_is_of_a_kind_that_is_held() -> Result<()> {
    for page in pages::all()? {
        for block in &page.blocks {
            kind(block).with_context(|| format!("{block}: `{} {}`", block.language, block.words.join(" ")))?;
        }
    }
    Ok(())
}

#[test]
fn every_lesson_has_a_block_of_every_kind() -> Result<()> {
    let pages = pages::all()?;
    let lessons: Vec<&Page> = pages.iter().filter(|page| page.path.to_string_lossy().contains("/lesson-")).collect();
    ensure!(lessons.len() >= 6, "{} lessons", lessons.len());
    for lesson in lessons {
        for wanted in ["picture", "listing in rust", "listing in python", "transcript", "wire"] {
            let has = lesson.blocks.iter().any(|block| kind(block).is_ok_and(|kind| kind == wanted));
            ensure!(has, "{} has no {wanted}", lesson.path.display());
        }
    }
    Ok(())
}

#[test]
fn a_picture_names_what_exists() -> Result<()> {
    let name = Regex::new(r"\b(?:[a-z]+-(?:server|client)\b|(?:crates|examples|docs)/[\w./-]*)")?;
    for page in pages::all()? {
        for block in page.blocks.iter().filter(|block| block.says("picture")) {
            for name in name.find_iter(&block.text) {
                let name = name.as_str();
                let exists = if name.contains('/') {
                    programs::root().join(name).exists()
                } else {
                    programs::folder(name).is_ok()
                };
                ensure!(exists, "{block}: there is no {name}");
            }
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
        ("console", ["scene", "terminal"] | ["scene", "terminal", "stays" | "tour"]) => Ok("transcript"),
        ("sh", []) => Ok("command"),
        ("text", ["picture"]) => Ok("picture"),
        _ => anyhow::bail!("no test compares a block of this kind; crates/tools/pages/src/lib.rs lists the kinds"),
    }
}
