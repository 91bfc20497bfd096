//! Calls `escape` of the exercise. Reads lines with bytes in hexadecimal, and prints the text for each, also in
//! hexadecimal.

use std::io;

use exercise::escape;
use wire::{from_hex, hex};

fn main() -> io::Result<()> {
    for line in io::stdin().lines() {
        println!("{}", hex(escape(&from_hex(&line?).unwrap_or_default()).as_bytes()));
    }
    Ok(())
}
