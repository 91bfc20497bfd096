//! Calls `unmask` of the exercise. Reads lines with a frame in hexadecimal, and prints the payload of each likewise.

use std::io;

use exercise::unmask;
use wire::{from_hex, hex};

fn main() -> io::Result<()> {
    for line in io::stdin().lines() {
        println!("{}", hex(&unmask(&from_hex(&line?).unwrap_or_default())));
    }
    Ok(())
}
