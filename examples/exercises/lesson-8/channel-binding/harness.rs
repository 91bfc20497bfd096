//! Calls `proof` of the exercise. Reads lines with a role and four values in hexadecimal, and prints each proof.

use std::error::Error;
use std::io;

use exercise::proof;
use wire::{from_hex, hex};

fn main() -> Result<(), Box<dyn Error>> {
    for line in io::stdin().lines() {
        let line = line?;
        let mut words = line.split(' ');
        let role = words.next().unwrap_or_default();
        let mut value = || words.next().and_then(from_hex).unwrap_or_default();
        println!("{}", hex(&proof(&value(), role, &value(), &value(), &value())?));
    }
    Ok(())
}
