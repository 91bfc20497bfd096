//! Calls `echo` of the exercise. Reads lines with the timestamp and the pieces, in hexadecimal with spaces between them,
//! and prints the result for each in hexadecimal.

use std::io;

use exercise::echo;

fn main() -> io::Result<()> {
    for line in io::stdin().lines() {
        let parts: Vec<_> = line?.split(' ').map(bytes).collect();
        if let [timestamp, pieces @ ..] = &parts[..] {
            println!("{}", echo(pieces, timestamp).iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        }
    }
    Ok(())
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2).filter_map(|digits| str::from_utf8(digits).ok());
    digits.filter_map(|digits| u8::from_str_radix(digits, 16).ok()).collect()
}
