//! The pages and programs that the tour sends its reader to are there.

use crate::shared;

use anyhow::Result;
use programs::root;
use shared::play;

#[test]
fn every_file_it_names_exists() -> Result<()> {
    let ended = play(&[])?;
    let out = ended.out();
    let words = out.iter().flat_map(|line| line.split([' ', ',', ';']));
    let files: Vec<_> = words.filter(|word| word.starts_with("docs/") || word.starts_with("examples/")).collect();
    // A page and two programs for each lesson, at least.
    assert!(files.len() >= 18, "{files:?}");
    for file in files {
        assert!(root().join(file).is_file(), "{file}");
    }
    Ok(())
}
