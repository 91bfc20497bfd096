//! A listing has the same lines as the file that it names.

use std::fs;

use anyhow::{Context, Result, ensure};

#[test]
fn every_listing_is_in_its_file() -> Result<()> {
    let mut count = 0;
    for block in pages::all()?.iter().flat_map(|page| &page.blocks) {
        let Some(file) = block.value("from") else { continue };
        let text = fs::read_to_string(programs::root().join(file)).with_context(|| format!("{block}: {file}"))?;
        ensure!(is_in(&block.text, &text), "{block}: these lines are not in {file}:\n{}", block.text);
        count += 1;
    }
    ensure!(count >= 8, "only {count} listings: have the pages lost them?");
    Ok(())
}

/// Whether the listing is whole lines of the text, one after the other. All may be indented less, by the same amount.
fn is_in(listing: &str, text: &str) -> bool {
    let (listing, text): (Vec<&str>, Vec<&str>) = (listing.lines().collect(), text.lines().collect());
    !listing.is_empty()
        && text.windows(listing.len()).any(|lines| {
            let shift = indent(lines).saturating_sub(indent(&listing));
            lines.iter().zip(&listing).all(|(line, listed)| line.get(shift..).unwrap_or("") == *listed)
        })
}

/// The indentation of the line that is indented least.
fn indent(lines: &[&str]) -> usize {
    let lines = lines.iter().filter(|line| !line.trim().is_empty());
    lines.map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0)
}

#[test]
fn a_listing_is_whole_lines_in_order() {
    let text = "fn a() {\n    one();\n\n    two();\n}\n";
    for listing in ["fn a() {\n", "    one();\n", "one();\n\ntwo();\n", "    two();\n}\n"] {
        assert!(is_in(listing, text), "{listing:?}");
    }
    for other in ["", "fn a() \n", "one();\ntwo();\n", "two();\n\none();\n", "two();\n}\n", "one()\n"] {
        assert!(!is_in(other, text), "{other:?}");
    }
}
