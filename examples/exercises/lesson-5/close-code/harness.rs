//! Calls `close_code` of the exercise. Reads lines with a frame in hexadecimal, and prints the result for each, as
//! Python would.

use std::io;

use exercise::close_code;
use wire::from_hex;

fn main() -> io::Result<()> {
    for line in io::stdin().lines() {
        let code = close_code(&from_hex(&line?).unwrap_or_default());
        println!("{}", code.map_or("None".to_owned(), |code| code.to_string()));
    }
    Ok(())
}
