//! Calls `first_difference` of the exercise. Reads lines with two dumps in hexadecimal and a slash between them, and prints
//! the result for each, as Python would.

use std::io;

use exercise::first_difference;

fn main() -> io::Result<()> {
    for line in io::stdin().lines() {
        let line = line?;
        let (a, b) = line.split_once('/').unwrap_or((&line, ""));
        println!("{}", first_difference(&bytes(a), &bytes(b)).map_or("None".to_owned(), |offset| offset.to_string()));
    }
    Ok(())
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2).filter_map(|digits| str::from_utf8(digits).ok());
    digits.filter_map(|digits| u8::from_str_radix(digits, 16).ok()).collect()
}
