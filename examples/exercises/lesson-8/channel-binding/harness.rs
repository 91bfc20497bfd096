//! Calls `proof` of the exercise. Reads lines with a role and four values in hexadecimal, and prints each proof.

use std::error::Error;
use std::io;

use exercise::proof;

fn main() -> Result<(), Box<dyn Error>> {
    for line in io::stdin().lines() {
        let line = line?;
        let mut words = line.split(' ');
        let role = words.next().unwrap_or_default();
        let mut value = || bytes(words.next().unwrap_or_default());
        println!("{}", wire::hex(&proof(&value(), role, &value(), &value(), &value())?));
    }
    Ok(())
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2).filter_map(|digits| str::from_utf8(digits).ok());
    digits.filter_map(|digits| u8::from_str_radix(digits, 16).ok()).collect()
}
