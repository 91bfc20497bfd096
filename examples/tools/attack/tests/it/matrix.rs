//! Every cell is what the pages say: the weak programs fall, the robust ones stand for the stated reason.

use anyhow::{Context, Result};

use crate::attack;

#[test]
fn all_attacks_print_the_matrix_of_the_pages() -> Result<()> {
    let ended = attack(&[])?;
    assert!(ended.status.success(), "{ended:#?}");
    for page in ["README.md", "docs/attacks.md"] {
        let text = std::fs::read_to_string(programs::root().join(page))?;
        let (_, block) = text.split_once("```text matrix\n").with_context(|| format!("{page} has no matrix"))?;
        let lines: Vec<&str> = block.lines().take_while(|line| *line != "```").collect();
        assert_eq!(lines, ended.out(), "{page}");
    }
    Ok(())
}

#[test]
fn the_list_explains_each_attack() -> Result<()> {
    let ended = attack(&["--list"])?;
    assert_eq!(ended.out().len(), 2 * 15, "{ended:#?}");
    assert!(ended.out().contains(&"hangup: resets its connection in the middle of the handshake"));
    Ok(())
}
