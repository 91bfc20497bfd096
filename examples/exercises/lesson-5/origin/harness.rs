//! Calls `is_allowed` of the exercise. Reads lines with an origin and the allowed one, with a blank between them, and
//! prints the result for each.

use std::io;

use exercise::is_allowed;

fn main() -> io::Result<()> {
    for line in io::stdin().lines() {
        let line = line?;
        let (origin, allowed) = line.split_once(' ').unwrap_or((&line, ""));
        println!("{}", if is_allowed(origin, allowed) { "allowed" } else { "refused" });
    }
    Ok(())
}
