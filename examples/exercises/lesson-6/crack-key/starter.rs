//! Finds the key of a captured token: reads the token, then the words, and prints the key.

use std::io;

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let input = io::read_to_string(io::stdin())?;
    let mut lines = input.lines();
    let token = lines.next().context("there is no token")?;
    let (_message, _signature) = token.rsplit_once('.').context("the token has no signature")?;

    // Weak: believes the first guess.
    println!("{}", lines.next().context("there are no words")?);
    Ok(())
}
