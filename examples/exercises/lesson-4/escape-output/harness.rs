//! Calls `escape` of the exercise. Reads lines with bytes in hexadecimal, and prints the text for each, also in
//! hexadecimal.

use std::io;

use exercise::escape;

fn main() -> io::Result<()> {
    for line in io::stdin().lines() {
        println!("{}", escape(&bytes(&line?)).bytes().map(|byte| format!("{byte:02x}")).collect::<String>());
    }
    Ok(())
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2).filter_map(|digits| str::from_utf8(digits).ok());
    digits.filter_map(|digits| u8::from_str_radix(digits, 16).ok()).collect()
}
