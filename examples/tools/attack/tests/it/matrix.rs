//! Every cell is what the pages say: the weak programs fall, the robust ones stand for the stated reason.

use std::fs;

use anyhow::{Context, Result};
use programs::{Ended, root};

use crate::attack;

#[test]
fn all_attacks_print_the_matrix_of_the_pages() -> Result<()> {
    let ended = attack(&[])?;
    is_the_matrix_of("README.md", &ended)?;
    is_the_matrix_of("docs/attacks.md", &ended)
}

#[test]
fn the_attacks_on_each_channel_binding_print_the_matrix_of_their_lesson() -> Result<()> {
    is_the_matrix_of("docs/lesson-8-tls.md", &attack(&["channel-binding"])?)
}

fn is_the_matrix_of(page: &str, ended: &Ended) -> Result<()> {
    assert!(ended.status.success(), "{ended:#?}");
    let text = fs::read_to_string(root().join(page))?;
    let (_, block) = text.split_once("```text matrix\n").with_context(|| format!("{page} has no matrix"))?;
    let lines: Vec<&str> = block.lines().take_while(|line| *line != "```").collect();
    assert_eq!(lines, ended.out(), "{page}");
    Ok(())
}

#[test]
fn the_list_explains_each_attack() -> Result<()> {
    let ended = attack(&["--list"])?;
    assert_eq!(ended.out().len(), 2 * 16, "{ended:#?}");
    assert!(ended.out().contains(&"hangup: resets its connection in the middle of the handshake"));
    Ok(())
}
