//! Calls `first_difference` of the exercise. Reads lines with two dumps in hexadecimal and a slash between them, and prints
//! the result for each, as Python would.

use std::io;

use exercise::first_difference;
use wire::from_hex;

fn main() -> io::Result<()> {
    for line in io::stdin().lines() {
        let line = line?;
        let (a, b) = line.split_once('/').unwrap_or((&line, ""));
        let offset = first_difference(&from_hex(a).unwrap_or_default(), &from_hex(b).unwrap_or_default());
        println!("{}", offset.map_or("None".to_owned(), |offset| offset.to_string()));
    }
    Ok(())
}
