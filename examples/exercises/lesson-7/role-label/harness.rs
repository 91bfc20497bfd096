//! Calls `covered` of the exercise. Reads lines with a role and two nonces in hexadecimal, and prints the covered bytes.

use std::io;

use exercise::covered;

fn main() -> io::Result<()> {
    for line in io::stdin().lines() {
        let line = line?;
        let mut words = line.split(' ');
        let role = words.next().unwrap_or_default();
        let mut nonce = || bytes(words.next().unwrap_or_default());
        println!("{}", wire::hex(&covered(role, &nonce(), &nonce())));
    }
    Ok(())
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2).filter_map(|digits| str::from_utf8(digits).ok());
    digits.filter_map(|digits| u8::from_str_radix(digits, 16).ok()).collect()
}
