//! Calls `unmask` of the exercise. Reads lines with a frame in hexadecimal, and prints the payload of each likewise.

use std::io;

use exercise::unmask;

fn main() -> io::Result<()> {
    for line in io::stdin().lines() {
        println!("{}", wire::hex(&unmask(&bytes(&line?))));
    }
    Ok(())
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2).filter_map(|digits| str::from_utf8(digits).ok());
    digits.filter_map(|digits| u8::from_str_radix(digits, 16).ok()).collect()
}
