//! A listing stands, line for line, in the file that it names.

use std::fs;

use anyhow::{Context, Result, ensure};

#[test]
fn every_listing_stands_in_its_file() -> Result<()> {
    let mut count = 0;
    for page in pages::all()? {
        for block in &page.blocks {
            let Some(file) = block.value("from") else { continue };
            let text = fs::read_to_string(programs::root().join(file)).with_context(|| format!("{block}: {file}"))?;
            ensure!(stands_in(&block.text, &text), "{block}: these lines do not stand in {file}:\n{}", block.text);
            count += 1;
        }
    }
    ensure!(count >= 8, "only {count} listings: have the pages lost them?");
    Ok(())
}

/// Whole lines, one after the other; all may be indented less than in the file, by the same.
fn stands_in(listing: &str, text: &str) -> bool {
    let listing: Vec<&str> = listing.lines().collect();
    let text: Vec<&str> = text.lines().collect();
    let shift = |lines: &[&str]| indent(lines).saturating_sub(indent(&listing));
    !listing.is_empty()
        && text.windows(listing.len()).any(|lines| {
            let shift = shift(lines);
            lines.iter().zip(&listing).all(|(line, listed)| line.get(shift..).unwrap_or("") == *listed)
        })
}

/// Of the line that is indented least.
fn indent(lines: &[&str]) -> usize {
    let lines = lines.iter().filter(|line| !line.trim().is_empty());
    lines.map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0)
}

#[test]
fn a_listing_is_whole_lines_in_order() {
    let text = "fn a() {\n    one();\n\n    two();\n}\n";
    for listing in ["fn a() {\n", "    one();\n", "one();\n\ntwo();\n", "    two();\n}\n"] {
        assert!(stands_in(listing, text), "{listing:?}");
    }
    for other in ["", "fn a() \n", "one();\ntwo();\n", "two();\n\none();\n", "two();\n}\n", "one()\n"] {
        assert!(!stands_in(other, text), "{other:?}");
    }
}
