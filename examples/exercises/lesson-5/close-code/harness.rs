//! Calls `close_code` of the exercise. Reads lines with a frame in hexadecimal, and prints the result for each, as
//! Python would.

use std::io;

use exercise::close_code;

fn main() -> io::Result<()> {
    for line in io::stdin().lines() {
        println!("{}", close_code(&bytes(&line?)).map_or("None".to_owned(), |code| code.to_string()));
    }
    Ok(())
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2).filter_map(|digits| str::from_utf8(digits).ok());
    digits.filter_map(|digits| u8::from_str_radix(digits, 16).ok()).collect()
}
