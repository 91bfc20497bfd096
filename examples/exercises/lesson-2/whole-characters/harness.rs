//! Calls `echo` of the exercise. Reads lines with the timestamp and the pieces, in hexadecimal with spaces between them,
//! and prints the result for each in hexadecimal.

use std::io;

use exercise::echo;
use wire::{from_hex, hex};

fn main() -> io::Result<()> {
    for line in io::stdin().lines() {
        let parts: Vec<_> = line?.split(' ').filter_map(from_hex).collect();
        if let [timestamp, pieces @ ..] = &parts[..] {
            println!("{}", hex(&echo(pieces, timestamp)));
        }
    }
    Ok(())
}
