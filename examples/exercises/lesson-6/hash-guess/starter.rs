//! Prints the PIN for each line of standard input: a SHA-256 hash, or a salt, a colon and a hash.

use std::io;

fn main() -> io::Result<()> {
    for line in io::stdin().lines() {
        line?;
        println!("nobody can find that out");
    }
    Ok(())
}
