//! Calls `covered` of the exercise. Reads lines with a role and two nonces in hexadecimal, and prints the covered bytes.

use std::io;

use exercise::covered;
use wire::{from_hex, hex};

fn main() -> io::Result<()> {
    for line in io::stdin().lines() {
        let line = line?;
        let mut words = line.split(' ');
        let role = words.next().unwrap_or_default();
        let mut nonce = || words.next().and_then(from_hex).unwrap_or_default();
        println!("{}", hex(&covered(role, &nonce(), &nonce())));
    }
    Ok(())
}
