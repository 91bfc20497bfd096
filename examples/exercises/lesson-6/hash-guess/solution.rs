//! Prints the PIN for each line of standard input: a SHA-256 hash, or a salt, a colon and a hash.

use std::io;

use sha2::{Digest, Sha256};

fn main() -> io::Result<()> {
    for line in io::stdin().lines() {
        let line = line?;
        let (salt, stored) = line.split_once(':').unwrap_or(("", &line));
        let pin = (0..10_000).map(|number| format!("{number:04}")).find(|pin| hash(&format!("{salt}{pin}")) == stored);
        println!("{}", pin.unwrap_or("not found".to_owned()));
    }
    Ok(())
}

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
